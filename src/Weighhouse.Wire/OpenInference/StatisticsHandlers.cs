using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>Triton's statistics.</summary>
internal static class StatisticsHandlers
{
    public static Task AllAsync(HttpContext http, OpenInferenceBackend backend) =>
        AnswerAsync(http, backend.Models.Statistics(http.Caller(), null, null), default);

    public static Task ModelAsync(HttpContext http, OpenInferenceBackend backend) =>
        OpenInferenceCall.Target(http).TryGet(out var target, out var error)
            ? AnswerAsync(http, backend.Models.Statistics(http.Caller(), target.Deployment, target.Version), target)
            : OpenInferenceErrors.WriteAsync(http, error);

    private static async Task AnswerAsync(HttpContext http, Result<IReadOnlyList<VersionStatistics>> found, ServingTarget target)
    {
        if (!found.TryGet(out var versions, out var error))
        {
            await OpenInferenceErrors.WriteAsync(http, OpenInferenceErrors.Of(error, target));
            return;
        }

        using var reply = new ReplyBuffer();
        reply.Raw("{\"model_stats\":["u8);
        for (var i = 0; i < versions.Count; i++)
        {
            if (i > 0) reply.Raw(","u8);
            Write(reply, versions[i]);
        }

        reply.Raw("]}"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    private static void Write(ReplyBuffer reply, VersionStatistics version)
    {
        reply.Raw("{\"name\":"u8).Text(version.Deployment).Raw(",\"version\":\""u8).Number(version.Version)
            .Raw("\",\"last_inference\":"u8).Number(version.LastMs).Raw(",\"inference_count\":"u8).Number(version.InferenceCount)
            .Raw(",\"execution_count\":"u8).Number(version.ExecutionCount).Raw(",\"inference_stats\":{"u8);
        Write(reply, "success", version.Success);
        Write(reply.Raw(","u8), "fail", version.Failure);
        Write(reply.Raw(","u8), "queue", version.Queue);
        Write(reply.Raw(","u8), "compute_input", version.ComputeInput);
        Write(reply.Raw(","u8), "compute_infer", version.ComputeInfer);
        Write(reply.Raw(","u8), "compute_output", version.ComputeOutput);
        Write(reply.Raw(","u8), "cache_hit", default);
        Write(reply.Raw(","u8), "cache_miss", default);
        reply.Raw("},\"batch_stats\":[],\"memory_usage\":[],\"response_stats\":{}}"u8);
    }

    private static void Write(ReplyBuffer reply, string name, DurationCount count) =>
        reply.Text(name).Raw(":{\"count\":"u8).Number(count.Count).Raw(",\"ns\":"u8).Number(count.Nanoseconds).Raw("}"u8);
}
