using Weighhouse.Kernel;

namespace Weighhouse.Wire.GitLfs;

internal delegate Task LfsHandler(LfsCall call);

/// <summary>One endpoint: a line of the table, and of docs/reference/git-lfs-compatibility.md.</summary>
/// <param name="Note">What a reader of Git LFS's own specification would want to know.</param>
internal sealed record LfsRoute(string Method, string Path, EndpointPolicy Policy, LfsHandler Handler, string Note)
{
    public string Pattern => $"{LfsRoutes.Prefix}/{Path}";
}

internal static class LfsRoutes
{
    public const string Prefix = "/repos/{repo}.git/info/lfs";

    public static readonly IReadOnlyList<LfsRoute> All =
    [
        new("POST", "objects/batch", Policy.View, BatchHandler.AnswerAsync,
            "`basic` and, for uploads by clients that offer it, `tus`; at most 1,000 objects; `sha256` only"),
        new("GET", "objects/{oid}", Policy.View, ObjectHandlers.GetAsync,
            "one range (206, 416), `If-Range`, `If-None-Match`; every chunk is verified before it is sent"),
        new("HEAD", "objects/{oid}", Policy.View, ObjectHandlers.GetAsync, "as GET, without the content"),
        new("PUT", "objects/{oid}", Policy.Contribute, ObjectHandlers.PutAsync,
            "held against its SHA-256 as it streams in; 422 and nothing kept when it is not that"),
        new("POST", "objects/verify", Policy.View, ObjectHandlers.VerifyAsync, "404 when it is not there, 422 when its size is another"),
        new("HEAD", "uploads/{oid}", Policy.Contribute, TusHandlers.StandAsync, "tus 1.0.0: `Upload-Offset`, `Upload-Length`"),
        new("PATCH", "uploads/{oid}", Policy.Contribute, TusHandlers.ReceiveAsync,
            "tus 1.0.0: from `Upload-Offset`; what came before a cut is kept for 7 days"),
        new("POST", "locks", Policy.Contribute, LockHandlers.CreateAsync,
            "a path has one lock whatever the branch; 409 with the lock there is"),
        new("GET", "locks", Policy.View, LockHandlers.ListAsync, "`path`, `id`, `cursor`, `limit`; `refspec` is not looked at"),
        new("POST", "locks/verify", Policy.Contribute, LockHandlers.VerifyAsync, "`cursor`, `limit`"),
        new("POST", "locks/{id}/unlock", Policy.Contribute, LockHandlers.UnlockAsync,
            "one's own; with `force` those of others, by administrators of the repository"),
    ];
}
