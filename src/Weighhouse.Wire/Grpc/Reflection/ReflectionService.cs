using Weighhouse.Kernel;
using Weighhouse.Wire.Grpc.Protobuf;
using Weighhouse.Wire.Grpc.Schema;
using Weighhouse.Wire.Grpc.Transport;

namespace Weighhouse.Wire.Grpc.Reflection;

/// <summary>
/// Tells tools such as grpcurl what is served: https://github.com/grpc/grpc/blob/master/doc/server-reflection.md. The two versions of
/// the service have the same messages.
/// </summary>
internal static class ReflectionService
{
    private const string Method = "ServerReflectionInfo";

    public static readonly IReadOnlyList<GrpcMethod> Methods = [Of("grpc.reflection.v1"), Of("grpc.reflection.v1alpha")];

    private static GrpcMethod Of(string package) =>
        GrpcMethod.Streaming($"{package}.ServerReflection", Method, Policy.SignedIn, AnswerAsync,
            "the files of `docs/reference/proto`, each with what it imports; our files have no extensions") with
        {
            IsSmall = true,
        };

    private static async ValueTask<Result<Done>> AnswerAsync(GrpcCall call)
    {
        using var reply = new ProtoWriter();
        var told = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var next = await call.NextAsync();
            if (!next.TryGet(out var request, out var error)) return error;
            if (request is null) return Done.Ok;
            using (request)
            {
                if (ReflectionQuestion.TryRead(request, out var question) is { } wrong) return wrong;
                reply.Clear();
                reply.Text(1, question.Host);
                reply.Bytes(2, request.Memory.Span);
                Answer(question, reply, told);
            }

            var sent = await call.SendAsync(reply);
            if (sent.IsFailure) return sent;
        }
    }

    private static void Answer(ReflectionQuestion question, ProtoWriter reply, HashSet<string> told)
    {
        var files = ProtoFiles.All;
        switch (question.Kind)
        {
            case ReflectionKind.FileByName when files.TryFind(question.Text, out var named): Tell(named!, reply, told); break;
            case ReflectionKind.FileBySymbol when files.Names.FileOf(question.Text) is { } file: Tell(file, reply, told); break;
            case ReflectionKind.ExtensionsOf when files.Names.IsMessage(question.Text):
                var none = reply.Enter(5);
                reply.Text(1, question.Text);
                reply.Leave(none);
                break;
            case ReflectionKind.Services: TellServices(reply); break;
            case ReflectionKind.Nothing: Refuse(reply, GrpcCode.InvalidArgument, "The request asks nothing."); break;
            default: Refuse(reply, GrpcCode.NotFound, $"{question.Words} not found: {question.Text}"); break;
        }
    }

    /// <summary>What this stream has told of already is not told again, as other servers have it; but what is asked for is.</summary>
    private static void Tell(ProtoFile asked, ProtoWriter reply, HashSet<string> told)
    {
        var mark = reply.Enter(4);
        foreach (var file in ProtoFiles.All.WithImports(asked))
            if (told.Add(file.Name) || file == asked) reply.Bytes(1, ProtoFiles.All.DescriptorOf(file).AsSpan());
        reply.Leave(mark);
    }

    private static void TellServices(ProtoWriter reply)
    {
        var list = reply.Enter(6);
        foreach (var name in GrpcServices.Names.Order(StringComparer.Ordinal))
        {
            var service = reply.Enter(1);
            reply.Text(1, name);
            reply.Leave(service);
        }

        reply.Leave(list);
    }

    private static void Refuse(ProtoWriter reply, GrpcCode code, string message)
    {
        var mark = reply.Enter(7);
        reply.Int64(1, (int)code);
        reply.Text(2, message);
        reply.Leave(mark);
    }
}
