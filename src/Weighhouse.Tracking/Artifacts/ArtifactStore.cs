using System.IO.Pipelines;
using Weighhouse.Blobs;
using Weighhouse.Data;
using Weighhouse.Kernel;

namespace Weighhouse.Tracking.Artifacts;

/// <summary>
/// Files by path over content by digest. The bytes are durable in the blob store before the row that names them commits; a crash between
/// the two leaves a blob nobody names, which the sweep takes after its grace.
/// </summary>
internal sealed class ArtifactStore(
    IDatabase database, IBlobStore blobs, ArtifactScopes scopes, Uploads uploads, IAuditLog audit, TimeProvider time,
    TrackingOptions options)
    : IArtifacts
{
    private const string Scheme = "mlflow-artifacts:";

    public async ValueTask<Result<ArtifactEntry>> PutAsync(
        Principal caller, ArtifactPath path, PipeReader content, CancellationToken cancellation)
    {
        if (path.IsRoot) return Error.Invalid("Invalid path: name a file, not the root.", "path");
        if (await scopes.RefuseAsync(caller, Permission.Contribute, path, cancellation) is { } refusal) return refusal;
        // Asked before the upload, so that gigabytes are not sent in vain, and again with the row, when it counts.
        var clash = await database.ReadAsync(session => ArtifactTable.ClashAsync(session, path), cancellation);
        if (clash is not null) return clash;
        var put = await blobs.PutAsync(content, options.ArtifactSizeMaxBytes, cancellation);
        return put.TryGet(out var blob, out var error) ? await NameAsync(path, blob, cancellation) : error;
    }

    public async ValueTask<Result<ArtifactEntry>> FindAsync(Principal caller, ArtifactPath path, CancellationToken cancellation)
    {
        if (await scopes.RefuseAsync(caller, Permission.View, path, cancellation) is { } refusal) return refusal;
        return await database.ReadAsync<Result<ArtifactEntry>>(async session =>
        {
            if (await ArtifactTable.FindFileAsync(session, path) is { } file) return file;
            if (await ArtifactTable.IsDirectoryAsync(session, path))
                return Error.Precondition($"'{path}' is a directory, not a file. List it, or name a file inside.");
            return Error.NotFound($"There is no artifact '{path}'.");
        }, cancellation);
    }

    public async ValueTask<Result<Done>> CopyToAsync(
        Principal caller, ArtifactEntry file, long offsetBytes, long lengthBytes, PipeWriter target, CancellationToken cancellation)
    {
        if (await scopes.RefuseAsync(caller, Permission.View, file.Path, cancellation) is { } refusal) return refusal;
        return file.Content is { } content
            ? await blobs.CopyToAsync(content.Id, offsetBytes, lengthBytes, target, cancellation)
            : Error.Precondition($"'{file.Path}' is a directory.");
    }

    public async ValueTask<Result<Stream>> OpenAsync(Principal caller, ArtifactEntry file, CancellationToken cancellation)
    {
        if (await scopes.RefuseAsync(caller, Permission.View, file.Path, cancellation) is { } refusal) return refusal;
        return file.Content is { } content
            ? await blobs.OpenAsync(content.Id, cancellation)
            : Error.Precondition($"'{file.Path}' is a directory.");
    }

    public async ValueTask<Result<Page<ArtifactEntry>>> ListAsync(
        Principal caller, ArtifactPath directory, PageRequest page, CancellationToken cancellation)
    {
        if (await scopes.RefuseAsync(caller, Permission.View, directory, cancellation) is { } refusal) return refusal;
        if (page.Size < 1 || page.Size > options.ArtifactPageMax)
            return Error.Invalid($"A page has 1 to {options.ArtifactPageMax} entries, not {page.Size}.", "page_size");
        var query = "artifacts " + directory.Text;
        string? after = null;
        if (page.Token is not null)
        {
            if (!PageToken.Decode(query, page.Token, 1).TryGet(out var values, out var error)) return error;
            after = values[0];
        }

        return await database.ReadAsync<Result<Page<ArtifactEntry>>>(async session =>
        {
            if (after is null && !directory.IsRoot && await ArtifactTable.FindFileAsync(session, directory) is { } file)
                return new Page<ArtifactEntry>([file], null);
            var (entries, next) = await DirectoryWalk.ReadAsync(session, directory, after, page.Size);
            return new Page<ArtifactEntry>(entries, next is null ? null : PageToken.Encode(query, next));
        }, cancellation);
    }

    public async ValueTask<Result<int>> DeleteAsync(Principal caller, ArtifactPath path, CancellationToken cancellation)
    {
        if (path.IsRoot) return Error.Invalid("Invalid path: the root cannot be deleted.", "path");
        if (await scopes.RefuseAsync(caller, Permission.Contribute, path, cancellation) is { } refusal) return refusal;
        var deleted = await database.WriteAsync<int>(async session => await ArtifactTable.DeleteAsync(session, path), cancellation);
        if (deleted.TryGet(out var count, out _) && count > 0)
        {
            var after = $$"""{"files":{{count}}}""";
            await audit.AppendAsync(new AuditEntry(caller.Name, "artifact.delete", $"artifact:{path}", After: after), cancellation);
        }

        return deleted;
    }

    public Result<ArtifactPath> PathOf(string artifactUri)
    {
        if (!artifactUri.StartsWith(Scheme, StringComparison.Ordinal))
            return Error.Precondition($"'{artifactUri}' is not in this server's artifact store: its client reads it directly.");
        var rest = artifactUri[Scheme.Length..];
        if (rest.StartsWith("//", StringComparison.Ordinal))
        {
            // An authority names a server: mlflow-artifacts://host:5000/12/… is this store too.
            var slash = rest.IndexOf('/', 2);
            rest = slash < 0 ? "" : rest[slash..];
        }

        return ArtifactPath.Parse(rest.TrimStart('/'));
    }

    public async ValueTask<Result<BegunUpload>> BeginUploadAsync(
        Principal caller, ArtifactPath path, int parts, CancellationToken cancellation)
    {
        if (path.IsRoot) return Error.Invalid("Invalid path: name a file, not the root.", "path");
        if (await scopes.RefuseAsync(caller, Permission.Contribute, path, cancellation) is { } refusal) return refusal;
        return await uploads.BeginAsync(path, parts, cancellation);
    }

    public ValueTask<Result<string>> PutPartAsync(
        string uploadId, int partNumber, string key, PipeReader content, CancellationToken cancellation) =>
        uploads.PutPartAsync(uploadId, partNumber, key, content, cancellation);

    public async ValueTask<Result<ArtifactEntry>> CompleteUploadAsync(
        Principal caller, string uploadId, IReadOnlyList<(int PartNumber, string ETag)> parts, CancellationToken cancellation)
    {
        if (!(await AllowedUploadAsync(caller, uploadId, cancellation)).TryGet(out var path, out var error)) return error;
        if (!(await uploads.JoinAsync(uploadId, parts, cancellation)).TryGet(out var blob, out error)) return error;
        var named = await NameAsync(path, blob, cancellation);
        if (!named.IsFailure) await uploads.ForgetAsync(uploadId, cancellation);
        return named;
    }

    public async ValueTask<Result<Done>> AbortUploadAsync(Principal caller, string uploadId, CancellationToken cancellation)
    {
        var allowed = await AllowedUploadAsync(caller, uploadId, cancellation);
        return allowed.Error ?? await uploads.ForgetAsync(uploadId, cancellation);
    }

    private async ValueTask<Result<ArtifactPath>> AllowedUploadAsync(Principal caller, string uploadId, CancellationToken cancellation)
    {
        if (!(await uploads.PathOfAsync(uploadId, cancellation)).TryGet(out var path, out var error)) return error;
        return await scopes.RefuseAsync(caller, Permission.Contribute, path, cancellation) is { } refusal ? refusal : path;
    }

    private ValueTask<Result<ArtifactEntry>> NameAsync(ArtifactPath path, BlobInfo blob, CancellationToken cancellation)
    {
        var entry = new ArtifactEntry(path, blob, time.GetUtcNow().ToUnixTimeMilliseconds());
        return database.WriteAsync<ArtifactEntry>(async session =>
        {
            if (await ArtifactTable.ClashAsync(session, path) is { } clash) return clash;
            await ArtifactTable.WriteAsync(session, entry);
            return entry;
        }, cancellation);
    }
}
