package io.github.cloudjobs.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import mockwebserver3.MockWebServer;
import mockwebserver3.junit5.StartStop;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Neither the proxy of the JVM's selector nor the SOCKS proxy of its properties is used. */
@Isolated("it sets system properties")
class SocksProxyTest {
  @StartStop private final MockWebServer server = new MockWebServer();

  @Test
  void requestsToTheMetadataServiceUseNoProxyOfTheJvm() throws Exception {
    MetadataService.on(server);
    try (ServerSocket socks = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      System.setProperty("socksProxyHost", "127.0.0.1");
      System.setProperty("socksProxyPort", Integer.toString(socks.getLocalPort()));
      System.setProperty("socksNonProxyHosts", ""); // loopback stands for the link's address
      ProxySelector before = ProxySelector.getDefault();
      ProxySelector.setDefault(ProxySelector.of(new InetSocketAddress("127.0.0.1", 9)));
      try {
        URI address = MetadataService.address(server);
        assertThat(CredentialsProvider.ecsMetadata(address).get()).isNotNull();
      } finally {
        ProxySelector.setDefault(before);
        System.getProperties().keySet().removeIf(name -> name.toString().startsWith("socks"));
      }
      socks.setSoTimeout(1);
      assertThatThrownBy(socks::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }
}
