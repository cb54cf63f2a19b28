/** An application in modules. */
module example.waiting {
  requires io.github.cloudjobs;
  requires jdk.httpserver; // for the simulation only
}
