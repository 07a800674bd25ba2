using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>What the server and its models are, and whether they are ready.</summary>
internal static class MetadataHandlers
{
    public static Task LiveAsync(HttpContext http, OpenInferenceBackend backend) => EmptyAsync(http, true);

    public static Task ReadyAsync(HttpContext http, OpenInferenceBackend backend) => EmptyAsync(http, backend.Models.IsReady);

    public static async Task ServerAsync(HttpContext http, OpenInferenceBackend backend)
    {
        using var reply = new ReplyBuffer();
        reply.Raw("{\"name\":"u8).Text(backend.Options.ServerName).Raw(",\"version\":"u8)
            .Text(OpenInferenceServer.Version).Raw(",\"extensions\":["u8);
        for (var i = 0; i < OpenInferenceServer.Extensions.Count; i++)
            reply.Raw(i == 0 ? ""u8 : ","u8).Text(OpenInferenceServer.Extensions[i]);
        reply.Raw("]}"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    public static Task ModelReadyAsync(HttpContext http, OpenInferenceBackend backend)
    {
        if (!OpenInferenceCall.Target(http).TryGet(out var target, out var error)) return OpenInferenceErrors.WriteAsync(http, error);
        var found = backend.Models.Find(http.Caller(), target);
        return found.Error is { Code: Kernel.ErrorCode.PermissionDenied or Kernel.ErrorCode.Unauthenticated } refusal
            ? OpenInferenceErrors.WriteAsync(http, refusal)
            : EmptyAsync(http, !found.IsFailure);
    }

    public static Task ModelAsync(HttpContext http, OpenInferenceBackend backend) => AnswerAsync(http, backend, WriteModel);

    public static Task ConfigAsync(HttpContext http, OpenInferenceBackend backend) => AnswerAsync(http, backend, WriteConfig);

    private static async Task AnswerAsync(
        HttpContext http, OpenInferenceBackend backend, Action<ReplyBuffer, ServedVersion, IReadOnlyList<VersionStatus>> write)
    {
        if (!OpenInferenceCall.Target(http).TryGet(out var target, out var error))
        {
            await OpenInferenceErrors.WriteAsync(http, error);
            return;
        }

        if (!backend.Models.Find(http.Caller(), target).TryGet(out var version, out error)
            || !backend.Models.Versions(http.Caller(), target.Deployment).TryGet(out var versions, out error))
        {
            await OpenInferenceErrors.WriteAsync(http, OpenInferenceErrors.Of(error, target));
            return;
        }

        using var reply = new ReplyBuffer();
        write(reply, version, versions);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    private static void WriteModel(ReplyBuffer reply, ServedVersion version, IReadOnlyList<VersionStatus> versions)
    {
        reply.Raw("{\"name\":"u8).Text(version.Deployment).Raw(",\"versions\":["u8);
        var isFirst = true;
        foreach (var status in versions.Where(static status => status.State is VersionState.Available).Reverse())
        {
            if (!isFirst) reply.Raw(","u8);
            isFirst = false;
            reply.Raw("\""u8).Number(status.Version).Raw("\""u8);
        }

        reply.Raw("],\"platform\":"u8).Text(OpenInferenceServer.PlatformOf(version));
        WritePorts(reply.Raw(",\"inputs\":"u8), version.Shape.Inputs, "datatype", "shape", "");
        WritePorts(reply.Raw(",\"outputs\":"u8), version.Shape.Outputs, "datatype", "shape", "");
        reply.Raw("}"u8);
    }

    private static void WriteConfig(ReplyBuffer reply, ServedVersion version, IReadOnlyList<VersionStatus> versions)
    {
        reply.Raw("{\"name\":"u8).Text(version.Deployment).Raw(",\"platform\":"u8).Text(OpenInferenceServer.PlatformOf(version))
            .Raw(",\"backend\":"u8)
            .Text(OpenInferenceServer.BackendOf(version)).Raw(",\"max_batch_size\":0"u8);
        WritePorts(reply.Raw(",\"input\":"u8), version.Shape.Inputs, "data_type", "dims", "TYPE_");
        WritePorts(reply.Raw(",\"output\":"u8), version.Shape.Outputs, "data_type", "dims", "TYPE_");
        reply.Raw("}"u8);
    }

    private static void WritePorts(ReplyBuffer reply, IReadOnlyList<PortShape> ports, string type, string shape, string prefix)
    {
        reply.Raw("["u8);
        for (var i = 0; i < ports.Count; i++)
        {
            if (i > 0) reply.Raw(","u8);
            // The configuration's word for texts is not the protocol's.
            var word = prefix.Length > 0 && ports[i].Element is ElementType.Text ? "STRING" : OpenInferenceTypes.Name(ports[i].Element);
            reply.Raw("{\"name\":"u8).Text(ports[i].Name).Raw(","u8).Text(type).Raw(":"u8).Text(prefix + word)
                .Raw(","u8).Text(shape).Raw(":"u8).Shape([.. ports[i].Dimensions ?? [-1]]).Raw("}"u8);
        }

        reply.Raw("]"u8);
    }

    private static Task EmptyAsync(HttpContext http, bool isGood)
    {
        http.Response.StatusCode = isGood ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest;
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
