using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Serving;
using Weighhouse.Wire.Inference;

namespace Weighhouse.Wire.OpenInference;

/// <summary>Triton's model repository, of which deployments are the models.</summary>
internal static class RepositoryHandlers
{
    private const int BodyBytesMax = 1 << 16;

    public static async Task IndexAsync(HttpContext http, OpenInferenceBackend backend)
    {
        if (!(await ReadAsync(http)).TryGet(out var body, out var error))
        {
            await OpenInferenceErrors.WriteAsync(http, error);
            return;
        }

        using var reply = new ReplyBuffer();
        reply.Raw("["u8);
        var isFirst = true;
        foreach (var status in backend.Models.List(http.Caller()))
        {
            if (body.OnlyReady && status.State is not VersionState.Available) continue;
            if (!isFirst) reply.Raw(","u8);
            isFirst = false;
            reply.Raw("{\"name\":"u8).Text(status.Deployment).Raw(",\"version\":\""u8).Number(status.Version).Raw("\",\"state\":\""u8)
                .Raw(Word(status.State)).Raw("\",\"reason\":"u8).Text(status.Error?.Message ?? "").Raw("}"u8);
        }

        reply.Raw("]"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    public static async Task LoadAsync(HttpContext http, OpenInferenceBackend backend)
    {
        var model = OpenInferenceCall.Model(http);
        var read = await ReadAsync(http);
        if (!read.TryGet(out var body, out var error))
        {
            await OpenInferenceErrors.WriteAsync(http, error);
            return;
        }

        var done = body.HasParameters
            ? Error.Invalid("a configuration or files with the request are not taken: versions come from the registry")
            : await backend.Models.LoadAsync(http.Caller(), model, http.RequestAborted);
        await DoneAsync(http, done, reason => $"failed to load '{model}', {reason}");
    }

    public static async Task UnloadAsync(HttpContext http, OpenInferenceBackend backend)
    {
        var model = OpenInferenceCall.Model(http);
        var done = await backend.Models.UnloadAsync(http.Caller(), model, http.RequestAborted);
        await DoneAsync(http, done, reason => $"failed to unload '{model}', {reason}");
    }

    public static async Task NoRegionsAsync(HttpContext http, OpenInferenceBackend backend)
    {
        using var reply = new ReplyBuffer();
        reply.Raw("[]"u8);
        await InferenceReplies.WriteAsync(http, StatusCodes.Status200OK, reply);
    }

    public static Task NothingAsync(HttpContext http, OpenInferenceBackend backend)
    {
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    public static Task NoSharingAsync(HttpContext http, OpenInferenceBackend backend) =>
        OpenInferenceErrors.WriteAsync(http, InferDocument.SharedMemory());

    private static Task DoneAsync(HttpContext http, Result<Done> done, Func<string, string> word)
    {
        if (done.Error is not { } error) return NothingAsync(http, null!);
        var isAboutModel = error.Code is not (ErrorCode.PermissionDenied or ErrorCode.Unauthenticated);
        // Triton answers 400 to whatever kept a model from being loaded.
        return OpenInferenceErrors.WriteAsync(http, isAboutModel ? Error.Invalid(word(error.Message)) : error);
    }

    /// <summary>The body is optional.</summary>
    private static async ValueTask<Result<(bool OnlyReady, bool HasParameters)>> ReadAsync(HttpContext http)
    {
        if (!(await InferenceBody.ReadAsync(http, BodyBytesMax)).TryGet(out var body, out var error)) return error;
        using (body) return Read(body.Memory.Span);
    }

    private static Result<(bool OnlyReady, bool HasParameters)> Read(ReadOnlySpan<byte> body)
    {
        var json = new JsonCursor(body);
        var (onlyReady, hasParameters) = (false, false);
        if (json.Peek() is JsonKind.End) return (onlyReady, hasParameters);
        if (json.BeginObject())
        {
            for (var isFirst = true; json.NextName(ref isFirst, out var name);)
            {
                if (name.SequenceEqual("ready"u8)) onlyReady = json.Peek() is JsonKind.True;
                if (name.SequenceEqual("parameters"u8)) hasParameters = !IsEmpty(json);
                json.Skip();
            }
        }

        return json.Problem is { } problem
            ? Error.Invalid($"failed to parse the request JSON buffer: {problem} at {json.At}")
            : (onlyReady, hasParameters);
    }

    /// <summary>Looks with a reader of its own: the caller's stays where it is.</summary>
    private static bool IsEmpty(JsonCursor json)
    {
        var isFirst = true;
        return json.Peek() is JsonKind.Null || json.BeginObject() && !json.NextName(ref isFirst, out _);
    }

    private static ReadOnlySpan<byte> Word(VersionState state) => state switch
    {
        VersionState.Available => "READY"u8,
        VersionState.Unloading => "UNLOADING"u8,
        VersionState.End => "UNAVAILABLE"u8,
        _ => "LOADING"u8,
    };
}
