using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>A merge that waits until its conflicts are settled; the next commit gets its parents and ends it.</summary>
/// <param name="What">For people: "merge of heads/exp".</param>
/// <param name="Parents">Parents of the commit besides the head.</param>
/// <param name="Conflicts">Paths that were not settled yet.</param>
internal sealed record PendingMerge(string What, string Message, IReadOnlyList<string> Parents, IReadOnlyList<string> Conflicts)
{
    public static PendingMerge? Load(WorkspaceFolder folder)
    {
        try
        {
            return AtomicFile.ReadText(folder.MergePath) is { } text
                ? JsonSerializer.Deserialize(text, WorkspaceJson.Default.PendingMerge)
                : null;
        }
        catch (JsonException)
        {
            // Renamed into place whole: no command of ours wrote this.
            return null;
        }
    }

    public IEnumerable<Digest> ParentIds()
    {
        foreach (var text in Parents)
            if (Digest.TryParse(text, out var id)) yield return id;
    }

    public void Save(WorkspaceFolder folder) =>
        AtomicFile.Write(folder.MergePath, JsonSerializer.SerializeToUtf8Bytes(this, WorkspaceJson.Default.PendingMerge), durable: true);

    public static void Clear(WorkspaceFolder folder) => File.Delete(folder.MergePath);
}
