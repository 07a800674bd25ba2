using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.TensorFlowServing;

/// <summary>How a model's versions stand, and what they take and give.</summary>
internal static class StatusHandlers
{
    public static async Task StateAsync(HttpContext http, RestBackend backend, ServingTarget target)
    {
        if (!Find(http, backend, target).TryGet(out var versions, out var error))
        {
            await RestErrors.WriteAsync(http, error);
            return;
        }

        using var reply = new ReplyBuffer();
        reply.Raw("{\"model_version_status\":["u8);
        for (var i = 0; i < versions.Count; i++)
        {
            if (i > 0) reply.Raw(","u8);
            var version = versions[i];
            reply.Raw("{\"version\":\""u8).Number(version.Version).Raw("\",\"state\":\""u8).Raw(Word(version.State))
                .Raw("\",\"status\":{\"error_code\":"u8).Text(version.Error is null ? "OK" : "UNKNOWN")
                .Raw(",\"error_message\":"u8).Text(version.Error?.Message ?? "").Raw("}}"u8);
        }

        reply.Raw("]}"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    public static async Task MetadataAsync(HttpContext http, RestBackend backend, ServingTarget target)
    {
        if (!backend.Models.Find(http.Caller(), target).TryGet(out var version, out var error))
        {
            await RestErrors.WriteAsync(http, ServableWords.Of(error, target));
            return;
        }

        using var reply = new ReplyBuffer();
        reply.Raw("{\"model_spec\":{\"name\":"u8).Text(version.Deployment).Raw(",\"signature_name\":\"\",\"version\":"u8)
            .Text(version.VersionText).Raw("},\"metadata\":{\"signature_def\":{\"signature_def\":{\"serving_default\":{\"inputs\":"u8);
        WritePorts(reply, version.Shape.Inputs);
        WritePorts(reply.Raw(",\"outputs\":"u8), version.Shape.Outputs);
        reply.Raw(",\"method_name\":\"tensorflow/serving/predict\",\"defaults\":{}}}}}}"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    private static Result<IReadOnlyList<VersionStatus>> Find(HttpContext http, RestBackend backend, ServingTarget target)
    {
        if (!backend.Models.Versions(http.Caller(), target.Deployment).TryGet(out var versions, out var error))
        {
            return error.Code is ErrorCode.NotFound
                ? Error.NotFound($"Could not find any versions of model {target.Deployment}")
                : error;
        }

        if (target.Label is { } label)
        {
            var labelled = versions.Where(status => status.Labels.Contains(label)).ToList();
            return labelled.Count > 0 ? labelled : Error.Invalid($"Unrecognized servable version label: {label}");
        }

        if (target.Version is not { } number) return versions.ToList();
        var one = versions.Where(status => status.Version == number).ToList();
        return one.Count > 0 ? one : Error.NotFound($"Could not find version {number} of model {target.Deployment}");
    }

    private static void WritePorts(ReplyBuffer reply, IReadOnlyList<PortShape> ports)
    {
        reply.Raw("{"u8);
        for (var i = 0; i < ports.Count; i++)
        {
            if (i > 0) reply.Raw(","u8);
            reply.Text(ports[i].Name).Raw(":{\"dtype\":"u8).Text(RestTypes.Word(ports[i].Element)).Raw(",\"tensor_shape\":{\"dim\":["u8);
            var dimensions = ports[i].Dimensions;
            for (var at = 0; at < dimensions?.Count; at++)
            {
                if (at > 0) reply.Raw(","u8);
                reply.Raw("{\"size\":\""u8).Number(dimensions[at]).Raw("\",\"name\":\"\"}"u8);
            }

            reply.Raw("],\"unknown_rank\":"u8).Raw(dimensions is null ? "true"u8 : "false"u8).Raw("},\"name\":"u8)
                .Text(ports[i].Name + ":0").Raw("}"u8);
        }

        reply.Raw("}"u8);
    }

    private static ReadOnlySpan<byte> Word(VersionState state) => state switch
    {
        VersionState.Available => "AVAILABLE"u8,
        VersionState.Loading => "LOADING"u8,
        VersionState.Unloading => "UNLOADING"u8,
        VersionState.End => "END"u8,
        _ => "START"u8,
    };
}
