using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Wire.GitLfs;

internal static class LockHandlers
{
    public static async Task CreateAsync(LfsCall call)
    {
        if (!(await call.ReadAsync(LfsJson.Default.LfsLockRequest)).TryGet(out var request, out var error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var created = await call.Locks.CreateAsync(call.Caller, call.Repository, request.Path ?? "", call.Cancellation);
        if (!created.TryGet(out var outcome, out error))
        {
            await call.RefuseRepositoryAsync(error);
            return;
        }

        var (status, message) = outcome.IsNew
            ? (StatusCodes.Status201Created, null)
            : (StatusCodes.Status409Conflict, $"The path is locked already, by '{outcome.Lock.Owner}'.");
        await LfsReply.WriteAsync(call.Http, status, new LfsLockReply(View(outcome.Lock), message), LfsJson.Default.LfsLockReply);
    }

    public static async Task ListAsync(LfsCall call)
    {
        var query = call.Http.Request.Query;
        if (!query.Long("id").TryGet(out var number, out var error) || !query.Long("limit").TryGet(out var limit, out error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var listed = await PageAsync(
            call, Permission.View, new LockQuery(query.Text("path"), number), limit, query.Text("cursor"));
        if (!listed.TryGet(out var page, out error)) await call.RefuseRepositoryAsync(error);
        else await call.OkAsync(new LfsLockList([.. page.Items.Select(View)], page.NextToken), LfsJson.Default.LfsLockList);
    }

    /// <summary>Before a push: which locks are the caller's, and which paths the push must therefore not touch.</summary>
    public static async Task VerifyAsync(LfsCall call)
    {
        if (!(await call.ReadAsync(LfsJson.Default.LfsVerifyLocksRequest)).TryGet(out var request, out var error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var listed = await PageAsync(call, Permission.Contribute, new LockQuery(), request.Limit, request.Cursor);
        if (!listed.TryGet(out var page, out error))
        {
            await call.RefuseRepositoryAsync(error);
            return;
        }

        var byOwner = page.Items.ToLookup(held => held.Owner == call.Caller.Name, View);
        await call.OkAsync(
            new LfsLocksToVerify([.. byOwner[true]], [.. byOwner[false]], page.NextToken), LfsJson.Default.LfsLocksToVerify);
    }

    public static async Task UnlockAsync(LfsCall call)
    {
        if (!(await call.ReadAsync(LfsJson.Default.LfsUnlockRequest)).TryGet(out var request, out var error))
        {
            await call.RefuseAsync(error);
            return;
        }

        var id = call.RouteText("id");
        if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            await call.RefuseAsync(Error.NotFound($"There is no lock '{PlainText.Cut(id, 40)}'."));
            return;
        }

        var released = await call.Locks.ReleaseAsync(call.Caller, call.Repository, number, request.Force, call.Cancellation);
        if (!released.TryGet(out var gone, out error)) await call.RefuseAsync(error);
        else await call.OkAsync(new LfsLockReply(View(gone)), LfsJson.Default.LfsLockReply);
    }

    /// <summary>The client sends 0, or nothing, for as many as the server likes; more than there may be is no reason to refuse.</summary>
    private static ValueTask<Result<Page<PathLock>>> PageAsync(
        LfsCall call, Permission permission, LockQuery query, long? limit, string? cursor)
    {
        var size = limit is null or 0 ? call.Options.LocksPageSize : (int)Math.Min(limit.Value, call.Options.LocksPageSizeMax);
        var token = string.IsNullOrEmpty(cursor) ? null : cursor;
        return call.Locks.ListAsync(call.Caller, call.Repository, permission, query, new PageRequest(size, token), call.Cancellation);
    }

    private static LfsLock View(PathLock held) => new(
        held.Number.ToString(CultureInfo.InvariantCulture), held.Path,
        DateTimeOffset.FromUnixTimeMilliseconds(held.LockedMs).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        new LfsOwner(held.Owner));
}
