using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Artifacts;

/// <summary>
/// Uploads in parts. The client puts each part to the URL it was given and sends no credentials with it: the URL has the part's key.
/// </summary>
internal static class UploadHandlers
{
    private const string CreateAnchor = "/mlflow-artifacts/mpu/create/";
    private const string CompleteAnchor = "/mlflow-artifacts/mpu/complete/";
    private const string AbortAnchor = "/mlflow-artifacts/mpu/abort/";
    private const string PartsPath = "/api/2.0/mlflow-artifacts/mpu/parts";

    public static readonly MlflowHandler Create = Handle.Of(
        static fields => (File: fields.Required("path"), Parts: fields.Long("num_parts") ?? 1),
        static async (call, request) =>
        {
            if (!ArtifactTarget.PathAfter(call.Http, CreateAnchor).TryGet(out var directory, out var error)) return error;
            var name = request.File[(request.File.LastIndexOfAny(['/', '\\']) + 1)..];
            if (!ArtifactTarget.Parse(name).TryGet(out var file, out error)) return error;
            if (!directory.Append(file.Text).TryGet(out var path, out error)) return error;
            var parts = (int)Math.Clamp(request.Parts, 0, int.MaxValue);
            var begun = await call.Artifacts.BeginUploadAsync(call.Caller, path, parts, call.Cancellation);
            return MlflowReply.Json(begun, (json, upload) =>
            {
                json.WriteString("upload_id"u8, upload.Id);
                json.WriteStartArray("credentials"u8);
                for (var part = 1; part <= upload.PartKeys.Count; part++) WriteCredential(json, call.Http.Request, upload, part);
                json.WriteEndArray();
            });
        });

    public static readonly MlflowHandler Complete = Handle.Of(
        static fields => (
            Id: fields.Required("upload_id"),
            Parts: fields.Items("parts", static part => ((int)part.RequiredLong("part_number"), part.Required("etag").Trim('"')))),
        static async (call, request) => ArtifactTarget.PathAfter(call.Http, CompleteAnchor).Error is { } error
            ? error
            : MlflowReply.Done(await call.Artifacts.CompleteUploadAsync(call.Caller, request.Id, request.Parts, call.Cancellation)));

    public static readonly MlflowHandler Abort = Handle.Of(
        static fields => fields.Required("upload_id"),
        static async (call, id) => ArtifactTarget.PathAfter(call.Http, AbortAnchor).Error is { } error
            ? error
            : MlflowReply.Done(await call.Artifacts.AbortUploadAsync(call.Caller, id, call.Cancellation)));

    public static async ValueTask<MlflowReply> PutPart(MlflowCall call)
    {
        var route = call.Http.Request.RouteValues;
        if (!int.TryParse(route["part"] as string, out var part))
            return Error.Invalid("The part's number is not a whole number.", "part_number");
        ArtifactHandlers.LimitBody(call, call.Options.UploadPartMaxBytes);
        var stored = await call.Artifacts.PutPartAsync(
            route["upload"] as string ?? "", part, call.Http.Request.Query["key"].ToString(), call.Http.Request.BodyReader,
            call.Cancellation);
        if (!stored.TryGet(out var tag, out var error)) return error;
        call.Http.Response.Headers.ETag = $"\"{tag}\"";
        return MlflowReply.Empty;
    }

    private static void WriteCredential(Utf8JsonWriter json, HttpRequest request, BegunUpload upload, int part)
    {
        var server = $"{Scheme(request)}://{request.Host}{request.PathBase}";
        json.WriteStartObject();
        json.WriteString("url"u8, $"{server}{PartsPath}/{upload.Id}/{part}?key={upload.PartKeys[part - 1]}");
        json.WriteNumber("part_number"u8, part);
        json.WriteEndObject();
    }

    /// <summary>
    /// Behind a proxy that speaks TLS the parts must come through it again. Who makes the header up gets an address that leads nowhere.
    /// </summary>
    private static string Scheme(HttpRequest request) =>
        request.Headers["X-Forwarded-Proto"].ToString().StartsWith("https", StringComparison.OrdinalIgnoreCase) ? "https" : request.Scheme;
}
