import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.concurrent.CountDownLatch;

/** A MongoDB-wire server in memory, for tests alone. Takes a free port and prints it as "port N". */
class TestMongo {
  public static void main(String[] arguments) throws InterruptedException {
    MongoServer server = new MongoServer(new MemoryBackend());
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    System.out.println("port " + server.bind().getPort());
    new CountDownLatch(1).await();
  }
}
