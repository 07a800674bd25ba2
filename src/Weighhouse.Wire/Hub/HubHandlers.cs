using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weighhouse.Blobs;
using Weighhouse.Http;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using Weighhouse.Wire.Content;

namespace Weighhouse.Wire.Hub;

internal static class HubHandlers
{
    private const string CommitHeader = "X-Repo-Commit";
    private const int PageSize = 1_000;

    /// <summary>Files that one answer lists: clients fetch each by a request of its own.</summary>
    private const int FilesMax = 100_000;

    /// <summary>A file of a commit. Clients ask by HEAD first, for the commit, the tag and the length.</summary>
    public static async Task ResolveAsync(HttpContext http, HubBackend backend)
    {
        if (await HubPlace.FindAsync(http, backend) is not { } place) return;
        var (caller, name) = (http.Caller(), place.Repository.Name);
        http.Response.Headers[CommitHeader] = place.CommitName;
        if (!TreePath.Parse(http.Request.RouteValues["path"] as string ?? "").TryGet(out var path, out var error))
        {
            await HubErrors.WriteAsync(http, error, HubErrors.EntryNotFound);
            return;
        }

        var found = await backend.Files.FindAsync(caller, name, place.Commit, path, http.RequestAborted);
        if (found.TryGet(out var file, out error) && file.Kind == EntryKind.Folder) error = Error.NotFound($"'{path}' is a folder.");
        if (error is not null)
        {
            await HubErrors.WriteAsync(http, error, HubErrors.EntryNotFound);
            return;
        }

        http.Response.Headers.XContentTypeOptions = "nosniff";
        http.Response.Headers.ContentDisposition = "attachment";
        var reply = new ContentReply(
            file.Id.ToString(), new BlobInfo(file.Id, file.SizeBytes),
            (offset, length) => backend.Files.CopyToAsync(
                caller, name, file, offset, length, http.Response.BodyWriter, http.RequestAborted),
            HubErrors.WriteAsync, backend.Logger);
        await reply.WriteAsync(http);
    }

    /// <summary>A repository at a revision, with all its files: what a client downloads one after the other.</summary>
    public static async Task DescribeAsync(HttpContext http, HubBackend backend)
    {
        if (await HubPlace.FindAsync(http, backend) is not { } place) return;
        var buffer = new ArrayBufferWriter<byte>(4_096);
        using (var json = new Utf8JsonWriter(buffer))
        {
            var id = $"{place.Repository.Project}/{place.Repository.Name}";
            json.WriteStartObject();
            json.WriteString("id"u8, id);
            json.WriteString("modelId"u8, id);
            json.WriteString("sha"u8, place.CommitName);
            json.WriteString("lastModified"u8, DateTimeOffset.FromUnixTimeMilliseconds(place.Repository.UpdatedMs).ToString("O"));
            json.WriteBoolean("private"u8, true);
            json.WriteBoolean("disabled"u8, false);
            json.WriteStartArray("tags"u8);
            json.WriteEndArray();
            json.WriteStartArray("siblings"u8);
            if ((await ListAsync(http, backend, place, json)).Error is { } error)
            {
                await HubErrors.WriteAsync(http, error);
                return;
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        http.Response.ContentType = "application/json";
        http.Response.ContentLength = buffer.WrittenCount;
        await http.Response.Body.WriteAsync(buffer.WrittenMemory, http.RequestAborted);
    }

    private static async ValueTask<Result<Done>> ListAsync(HttpContext http, HubBackend backend, HubPlace place, Utf8JsonWriter json)
    {
        var count = 0;
        var folders = new Stack<TreePath>([TreePath.Root]);
        while (folders.TryPop(out var folder))
        {
            string? token = null;
            do
            {
                var listed = await backend.Files.ListAsync(
                    http.Caller(), place.Repository.Name, place.Commit, folder, new PageRequest(PageSize, token), http.RequestAborted);
                if (!listed.TryGet(out var page, out var error)) return error;
                foreach (var entry in page.Items)
                {
                    if (entry.Kind == EntryKind.Folder) folders.Push(folder.Append(entry.Name));
                    if (entry.Kind != EntryKind.File) continue;
                    if (++count > FilesMax)
                        return Error.Invalid($"The commit has more than {FilesMax} files, more than one answer lists. Clone it instead.");
                    json.WriteStartObject();
                    json.WriteString("rfilename"u8, folder.Append(entry.Name).Text);
                    json.WriteNumber("size"u8, entry.SizeBytes);
                    json.WriteEndObject();
                }

                token = page.NextToken;
            }
            while (token is not null);
        }

        return Done.Value;
    }
}
