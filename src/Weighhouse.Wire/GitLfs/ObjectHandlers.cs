using Microsoft.AspNetCore.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Wire.Content;

namespace Weighhouse.Wire.GitLfs;

/// <summary>The transfer that the specification calls basic.</summary>
internal static class ObjectHandlers
{
    public static async Task GetAsync(LfsCall call)
    {
        if (!call.Object.TryGet(out var alias, out var error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var found = await call.Aliases.FindAsync(call.Caller, call.Repository, alias, call.Cancellation);
        if (!found.TryGet(out var content, out error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var reply = new ContentReply(
            alias.Digest, content,
            (offset, length) => call.Aliases.CopyToAsync(
                call.Caller, call.Repository, content, offset, length, call.Http.Response.BodyWriter, call.Cancellation),
            LfsErrors.WriteAsync, call.Logger);
        await reply.WriteAsync(call.Http);
    }

    public static async Task PutAsync(LfsCall call)
    {
        if (await TakeAsync(call) is { } error) await call.RefuseRepositoryAsync(error);
    }

    public static async Task VerifyAsync(LfsCall call)
    {
        if (await CheckAsync(call) is { } error) await call.RefuseAsync(error);
        else call.Http.Response.ContentType = LfsErrors.ContentType;
    }

    private static async ValueTask<Error?> TakeAsync(LfsCall call)
    {
        if (!call.Object.TryGet(out var alias, out var error)) return error;
        if (!call.Size.TryGet(out var size, out error)) return error;
        var length = call.Http.Request.ContentLength;
        if (size is not null && length is not null && size != length)
            return Error.Invalid($"Object {alias} was announced with {size} bytes, and the body has {length}. Push it again.", "size");
        var added = await call.Aliases.AddAsync(
            call.Caller, call.Repository, alias, size ?? length, call.Http.Request.BodyReader, call.Cancellation);
        return added.Error;
    }

    private static async ValueTask<Error?> CheckAsync(LfsCall call)
    {
        if (!(await call.ReadAsync(LfsJson.Default.LfsObject)).TryGet(out var asked, out var error)) return error;
        if (!ContentAlias.Parse(AliasAlgorithm.Sha256, asked.Oid ?? "").TryGet(out var alias, out error)) return error;
        var found = await call.Aliases.FindAsync(call.Caller, call.Repository, alias, call.Cancellation);
        if (!found.TryGet(out var content, out error)) return error;
        return content.SizeBytes == asked.Size
            ? null
            : Error.Invalid($"Object {alias} has {content.SizeBytes} bytes, not {asked.Size}. Push it again.", "size");
    }
}
