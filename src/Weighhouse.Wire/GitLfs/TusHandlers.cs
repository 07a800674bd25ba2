using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;

namespace Weighhouse.Wire.GitLfs;

/// <summary>Uploads that go on where they were cut: the core of tus 1.0.0.</summary>
internal static class TusHandlers
{
    private const string Version = "1.0.0";
    private const string VersionHeader = "Tus-Resumable";
    private const string OffsetHeader = "Upload-Offset";
    private const string LengthHeader = "Upload-Length";
    private const string PartType = "application/offset+octet-stream";

    public static async Task StandAsync(LfsCall call)
    {
        if (await RefuseVersionAsync(call)) return;
        if (!call.Object.TryGet(out var alias, out var error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var received = await call.Aliases.ReceivedAsync(call.Caller, call.Repository, alias, call.Cancellation);
        if (!received.TryGet(out var offset, out error))
        {
            await call.RefuseRepositoryAsync(error);
            return;
        }

        var headers = call.Http.Response.Headers;
        headers.CacheControl = "no-store";
        headers[OffsetHeader] = Text(offset);
        if (call.Size.TryGet(out var size, out _) && size is { } length) headers[LengthHeader] = Text(length);
    }

    public static async Task ReceiveAsync(LfsCall call)
    {
        if (await RefuseVersionAsync(call)) return;
        var request = call.Http.Request;
        if (request.ContentType != PartType)
        {
            await LfsErrors.WriteAsync(
                call.Http, StatusCodes.Status415UnsupportedMediaType,
                $"The content type is '{PlainText.Cut(request.ContentType ?? "", 80)}'; tus sends {PartType}.");
            return;
        }

        var received = await TakeAsync(call);
        if (!received.TryGet(out var offset, out var error))
        {
            await call.RefuseRepositoryAsync(error);
            return;
        }

        call.Http.Response.Headers[OffsetHeader] = Text(offset);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static async ValueTask<Result<long>> TakeAsync(LfsCall call)
    {
        if (!call.Object.TryGet(out var alias, out var error)) return error;
        if (!call.Size.TryGet(out var size, out error)) return error;
        if (size is null) return Error.Invalid("The address does not say how large the object is: take the one of the batch.", "size");
        var header = call.Http.Request.Headers[OffsetHeader].ToString();
        if (!long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
            return Error.Invalid($"{OffsetHeader} is '{PlainText.Cut(header, 40)}'; send where the body begins.", OffsetHeader);
        return await call.Aliases.ContinueAsync(
            call.Caller, call.Repository, alias, size.Value, offset, call.Http.Request.BodyReader, call.Cancellation);
    }

    private static async ValueTask<bool> RefuseVersionAsync(LfsCall call)
    {
        call.Http.Response.Headers[VersionHeader] = Version;
        var spoken = call.Http.Request.Headers[VersionHeader].ToString();
        if (spoken == Version) return false;
        call.Http.Response.Headers["Tus-Version"] = Version;
        await LfsErrors.WriteAsync(
            call.Http, StatusCodes.Status412PreconditionFailed,
            $"{VersionHeader} is '{PlainText.Cut(spoken, 40)}'; version {Version} is spoken here.");
        return true;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
