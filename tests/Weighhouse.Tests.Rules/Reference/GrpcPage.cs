using System.Text;
using Weighhouse.Wire.Grpc;

namespace Weighhouse.Tests.Rules.Reference;

/// <summary>What of gRPC's services works, from the tables of methods themselves.</summary>
internal static class GrpcPage
{
    public static string Write()
    {
        var page = new StringBuilder("""
            # gRPC compatibility
            Written by `./build reference` from the tables of methods. All services are spoken on the gRPC port (8500), cleartext HTTP/2;
            their messages are described in `docs/reference/proto`, which is what reflection tells. `tests/Weighhouse.Tests.Wire` holds
            them against Debian's grpcio 1.51 with stubs that its own compiler makes from these files.

            """);
        foreach (var service in GrpcServices.Methods.GroupBy(method => method.Service))
        {
            page.Append($"\n## {service.Key}\n| Method | Permission | Notes |\n|---|---|---|\n");
            foreach (var method in service) page.Append($"| `{method.Name}` | {method.Policy.Permission} | {method.Note} |\n");
        }

        page.Append("""

            ## The transport
            - **Messages** have at most 1 GiB, those of all calls in flight 2 GiB; beyond that `RESOURCE_EXHAUSTED`. Memory is taken as bytes
              arrive, not as lengths announce them.
            - **Compression:** `gzip` and `deflate`; answers are compressed as the questions are. Other encodings are `UNIMPLEMENTED`.
            - **Deadlines:** a call that outlasts its `grpc-timeout` ends with `DEADLINE_EXCEEDED`; one whose client has gone is given up.
            - **Credentials:** the metadata `authorization: Bearer wh_…`; Basic works too. Without: `UNAUTHENTICATED`, `PERMISSION_DENIED`.
            - **Request id:** every answer, also a refusal, carries `x-request-id`, under which the log has it.
            - **What breaks the protocol**, such as a message that is no protobuf, is `INTERNAL`, as gRPC has it.
            - **A stop** ends streams with `UNAVAILABLE`, after `Health.Watch` has said `NOT_SERVING`; calls in flight are answered.
            - **Not spoken:** TLS (put a proxy before the port), gRPC-Web, JSON messages; of TensorFlow Serving `Classify`, `Regress`,
              `MultiInference` and `HandleReloadConfigRequest`, of Triton tracing and log settings: they answer `UNIMPLEMENTED`.

            """);
        return page.ToString();
    }
}
