using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Tracking;
using Weighhouse.Wire.Mlflow.Replies;
using Weighhouse.Wire.Mlflow.Routing;

namespace Weighhouse.Wire.Mlflow.Artifacts;

internal static class ArtifactLists
{
    private const int PageSize = 1_000;

    /// <summary>
    /// Whatever is directly inside a directory: MLflow's clients ask for no second page. A file is no directory and holds nothing: a client
    /// that saw it listed inside itself would go down for ever.
    /// </summary>
    public static async ValueTask<Result<IReadOnlyList<ArtifactEntry>>> AllAsync(MlflowCall call, ArtifactPath directory)
    {
        var entries = new List<ArtifactEntry>();
        string? token = null;
        do
        {
            var listed = await call.Artifacts.ListAsync(call.Caller, directory, new PageRequest(PageSize, token), call.Cancellation);
            if (!listed.TryGet(out var page, out var error)) return error;
            entries.AddRange(page.Items.Where(entry => entry.Path != directory));
            token = page.NextToken;
            if (entries.Count > call.Options.ArtifactListMax)
            {
                return Error.Precondition(
                    $"'{directory}' holds more than {call.Options.ArtifactListMax} entries, too many for one answer. Use subdirectories.");
            }
        }
        while (token is not null);

        return entries;
    }

    /// <summary>The files below a run's or a model's own directory, their paths relative to it.</summary>
    public static async ValueTask<MlflowReply> BelowAsync(MlflowCall call, string rootUri, ArtifactPath relative)
    {
        if (!call.Artifacts.PathOf(rootUri).TryGet(out var root, out var error)) return error;
        if (!root.Append(relative.Text).TryGet(out var directory, out error)) return error;
        return (await AllAsync(call, directory)).TryGet(out var entries, out error)
            ? new PageReply<ArtifactEntry>(
                "files",
                new Page<ArtifactEntry>(entries, null),
                (json, entry) => Write(json, entry, root.IsRoot ? entry.Path.Text : entry.Path.Text[(root.Text.Length + 1)..]),
                json => json.WriteString("root_uri"u8, rootUri))
            : error;
    }

    public static void Write(Utf8JsonWriter json, ArtifactEntry entry, string path)
    {
        json.WriteStartObject();
        json.WriteString("path"u8, path);
        json.WriteBoolean("is_dir"u8, entry.IsDirectory);
        if (entry.Content is { } content) json.WriteNumber("file_size"u8, content.SizeBytes);
        json.WriteEndObject();
    }
}
