package io.github.cloudjobs.http;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.cloudjobs.error.JobsServiceException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorEnvelopeTest {
  private static JobsServiceException error(int status, String contentType, byte[] body) {
    Response response =
        new Response.Builder()
            .request(new Request.Builder().url("https://ecs.example.com/").build())
            .protocol(Protocol.HTTP_1_1)
            .code(status)
            .message("")
            .body(ResponseBody.create(body, MediaType.parse(contentType)))
            .build();
    return (JobsServiceException) new AnswerReader(1 << 20).readError(response, null);
  }

  private static JobsServiceException error(String body) {
    return error(400, "application/json", body.getBytes(UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'error':{'code':'ELB.1001','message':'bad'}} | ELB.1001 | bad",
        "{'error':{'message':'gone','code':404,'title':'Not Found'}} | 404 | gone",
        "{'error_code':'DBS.200022','error_msg':'exists','encoded_authorization_message':'x'}"
            + " | DBS.200022 | exists",
        "{'error_code':'200','error_message':'no'} | 200 | no",
        "{'code':'VPC.0101','message':'none'} | VPC.0101 | none",
        "{'code':'','message':'none'} | | none",
        "{'badRequest':{'code':400,'message':'bad'}} | 400 | bad",
        "{'badrequest':{'message':'bad','code':'400'}} | 400 | bad",
        "{'itemNotFound':{'message':'none','code':404}} | 404 | none",
        "{'computeFault':{'message':'broken','code':5e2}} | 5e2 | broken",
        "{'forbidden':{'message':'no','code':403}} | 403 | no",
        "{'NeutronError':{'message':'none','type':'PoolNotFound','detail':''}} | PoolNotFound |"
            + " none",
        "{'errCode':'SFS.TURBO.0001','errMsg':'parameter'} | SFS.TURBO.0001 | parameter",
        "{'errCode':'RDS.1102','externalMessage':'exists'} | RDS.1102 | exists",
        "{'errorMessage':'refused','errorCode':'CCE.01',} | CCE.01 | refused",
        "{'errorCode':'DIS.4301','message':'none'} | DIS.4301 | none",
        "{'error_msg':'none','err_code':404} | 404 | none",
        "{'error':{'code':'inner','message':'within'},'error_code':'outer','error_msg':'without'}"
            + " | outer | without",
        "{'code':'C','message':'m','details':[{'code':'D','message':'n'}]} | C | m",
        "{'error':{'code':'C','message':'m'},'internalError':[{'error_code':'D'}]} | C | m",
        "{'code':'first','error_code':'second'} | first | ",
        "{'a':{'b':{'c':{'d':{'code':'deep'}}}}} | deep | ",
        "{'a':{'b':{'c':{'d':{'e':{'code':'too deep'}}}}}} | | ",
        "{'code':null,'message':{'text':'no'}} | | ",
        "{'code':true} | true | ",
        "[{'code':'in an array'}] | | ",
        "'text' | | ",
        "null | | ",
        "{'error_code':'APIGW.0307','error_msg':'cut o | APIGW.0307 | ",
        "{'error_code':'1000000',error_msg:'unquoted'} | 1000000 | unquoted"
      })
  void everyEnvelopeIsOpened(String body, String code, String message) {
    JobsServiceException error = error(body.replace('\'', '"'));
    assertThat(error.errorCode()).isEqualTo(code);
    assertThat(error.serviceMessage()).isEqualTo(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\r\n"})
  void anEmptyBodyLeavesTheStatus(String body) {
    assertThat(error(body))
        .hasMessage("HTTP 400 from GET https://ecs.example.com/")
        .extracting(JobsServiceException::errorCode, JobsServiceException::serviceMessage)
        .containsOnlyNulls();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<?xml version=\"1.0\"?><Error><Code>NoSuchThing</Code></Error>",
        "upstream connect error"
      })
  void whatIsNotUnderstoodIsQuotedOnOneLine(String body) {
    JobsServiceException error = error(502, "text/html", body.getBytes(UTF_8));
    assertThat(error.serviceMessage()).isNull();
    assertThat(error).hasMessageEndingWith(body.replaceAll("\\s", " "));
  }

  @Test
  void ofAPageItsTextIsTold() {
    String page = "<!DOCTYPE html>\n<html><body>The backend server\tis unreachable</body></html>";
    assertThat(error(502, "text/html", page.getBytes(UTF_8)))
        .hasMessageEndingWith("GET https://ecs.example.com/: The backend server is unreachable")
        .extracting(JobsServiceException::serviceMessage)
        .isEqualTo("The backend server is unreachable");
  }

  @Test
  void aLongBodyIsCutInTheTextAndALongMessageToo() {
    assertThat(error("x".repeat(100_000)).getMessage()).hasSizeLessThan(300).endsWith("…");
    JobsServiceException error = error("{\"message\":\"" + "y".repeat(10_000) + "\"}");
    assertThat(error.getMessage()).hasSizeLessThan(600).endsWith("…");
    assertThat(error.serviceMessage()).hasSize(10_000);
  }

  @Test
  void nestingWithoutEndIsNotFollowed() {
    String deep = "{\"code\":\"C\",\"a\":" + "[".repeat(30_000);
    assertThat(error(deep).errorCode()).isEqualTo("C");
    assertThat(error("{\"a\":".repeat(10_000)).errorCode()).isNull();
  }

  @Test
  void aBodyIsReadInTheCharsetOfItsLabel() {
    String body = "{\"message\":\"größer\"}";
    for (String label : new String[] {"ISO-8859-1", "UTF-8", "GBK", "UTF-16"}) {
      String sent = label.equals("GBK") ? "{\"message\":\"任务\"}" : body;
      assertThat(
              error(400, "application/json;charset=" + label, sent.getBytes(Charset.forName(label)))
                  .serviceMessage())
          .isEqualTo(label.equals("GBK") ? "任务" : "größer");
    }
    assertThat(error(400, "application/json;charset=x-none", body.getBytes(UTF_8)).serviceMessage())
        .isEqualTo("größer");
    assertThat(error(400, "text/plain", body.getBytes(UTF_16LE)).serviceMessage())
        .isEqualTo("größer");
  }

  @Test
  void controlCharactersAreShownHarmless() {
    assertThat(
            error(
                "{\"code\":\"a\\u001bb\",\"message\":\"c\\nd\\u202e\",\"request_id\":\"\\u0007\"}"))
        .hasMessage("HTTP 400 from GET https://ecs.example.com/: a?b: c d? (request ?)");
  }

  @Test
  void recordedErrorsAreReadWithoutAComplaint() throws IOException {
    Path corpus = Path.of(System.getProperty("jobs.corpus", "none"));
    Assumptions.assumeTrue(Files.isDirectory(corpus));
    try (Stream<Path> bodies = Files.list(corpus)) {
      for (Path body : bodies.filter(f -> f.getFileName().toString().startsWith("err-")).toList()) {
        assertThat(error(400, "application/json", Files.readAllBytes(body)))
            .as(body.toString())
            .hasMessageStartingWith("HTTP 400 from GET")
            .hasMessageNotContaining("\n");
      }
    }
  }
}
