package io.github.cloudjobs.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A TCP relay on loopback in front of a server. It can freeze connections as a network does that
 * drops packets: nothing more is forwarded in either direction, and neither side sees an end.
 */
final class FreezingRelay implements AutoCloseable {
  private final ServerSocket listening;
  private final InetSocketAddress server;
  private final List<Relayed> connections = new CopyOnWriteArrayList<>();

  FreezingRelay(InetSocketAddress server) throws IOException {
    this.server = server;
    this.listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    daemon("relay", this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections were accepted so far. */
  int connections() {
    return connections.size();
  }

  /** Freezes the connections that were accepted so far; later ones are forwarded. */
  void freeze() {
    connections.forEach(connection -> connection.frozen = true);
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Relayed connection = new Relayed(listening.accept(), new Socket());
        connections.add(connection);
        connection.server.connect(server);
        connection.client.setTcpNoDelay(true);
        connection.server.setTcpNoDelay(true);
        daemon("relay-out", () -> connection.forward(connection.client, connection.server));
        daemon("relay-in", () -> connection.forward(connection.server, connection.client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Relayed connection : connections) {
      connection.close();
    }
  }

  private static final class Relayed {
    private final Socket client;
    private final Socket server;
    private volatile boolean frozen;

    Relayed(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    /** Forwards until one side ends, which ends the other unless the connection is frozen. */
    void forward(Socket from, Socket to) {
      byte[] buffer = new byte[8192];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          if (!frozen) {
            out.write(buffer, 0, read);
          }
        }
        if (!frozen) {
          close();
        }
      } catch (IOException closed) {
        return;
      }
    }

    void close() throws IOException {
      client.close();
      server.close();
    }
  }
}
