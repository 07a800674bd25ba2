using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Artifacts;

/// <summary>
/// Uploads in parts. The client puts each part to the URL it was given, with the headers it was given and no credentials of its own: so
/// it is given back the ones it came with.
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
            if (request.Parts < 1 || request.Parts > call.Options.UploadPartsMax)
            {
                return Error.Invalid(
                    $"num_parts is {request.Parts}; it must be from 1 to {call.Options.UploadPartsMax}. Send larger parts.", "num_parts");
            }

            if (!ArtifactTarget.PathAfter(call.Http, CreateAnchor).TryGet(out var directory, out var error)) return error;
            var name = request.File[(request.File.LastIndexOfAny(['/', '\\']) + 1)..];
            if (!ArtifactTarget.Parse(name).TryGet(out var file, out error)) return error;
            if (!directory.Append(file.Text).TryGet(out var path, out error)) return error;
            var begun = await call.Artifacts.BeginUploadAsync(call.Caller, path, call.Cancellation);
            return MlflowReply.Json(begun, (json, id) =>
            {
                json.WriteString("upload_id"u8, id);
                json.WriteStartArray("credentials"u8);
                for (var part = 1; part <= request.Parts; part++) WriteCredential(json, call.Http.Request, id, part);
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
            call.Caller, route["upload"] as string ?? "", part, call.Http.Request.BodyReader, call.Cancellation);
        if (!stored.TryGet(out var tag, out var error)) return error;
        call.Http.Response.Headers.ETag = $"\"{tag}\"";
        return MlflowReply.Empty;
    }

    private static void WriteCredential(System.Text.Json.Utf8JsonWriter json, HttpRequest request, string upload, int part)
    {
        json.WriteStartObject();
        json.WriteString("url"u8, $"{request.Scheme}://{request.Host}{request.PathBase}{PartsPath}/{Uri.EscapeDataString(upload)}/{part}");
        json.WriteNumber("part_number"u8, part);
        if (request.Headers.Authorization is [{ } authorization])
        {
            json.WriteStartObject("headers"u8);
            json.WriteString("Authorization"u8, authorization);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
