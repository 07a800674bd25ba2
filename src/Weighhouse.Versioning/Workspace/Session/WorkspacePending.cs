using System.Text.Json;
using System.Text.Json.Serialization;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;
using Weighhouse.Versioning.Workspace.Remotes;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>
/// What a command is about to do in several steps, written before the first. When the command dies in between, the next one finds it
/// and ends or forgets it.
/// </summary>
/// <param name="Branch">The branch that moves, without "heads/"; null when none does.</param>
/// <param name="Commit">Where it moves; the head follows when it has moved.</param>
/// <param name="CheckoutTree">The tree being written into the folder; null when no file is touched.</param>
/// <param name="InPlace">Files that are changed where they stand: after a crash they may hold a mixture.</param>
internal sealed record WorkspacePending(string? Branch, string? Commit, string? Tree, string? CheckoutTree, IReadOnlyList<string> InPlace)
{
    public static WorkspacePending? Load(WorkspaceFolder folder)
    {
        try
        {
            return AtomicFile.ReadText(folder.PendingPath) is { } text
                ? JsonSerializer.Deserialize(text, WorkspaceJson.Default.WorkspacePending)
                : null;
        }
        catch (JsonException)
        {
            // It is renamed into place whole: what is no JSON is somebody else's file, and nothing is lost by not following it.
            return null;
        }
    }

    public void Save(WorkspaceFolder folder) =>
        AtomicFile.Write(folder.PendingPath, JsonSerializer.SerializeToUtf8Bytes(this, WorkspaceJson.Default.WorkspacePending),
            durable: true);

    public static void Clear(WorkspaceFolder folder) => File.Delete(folder.PendingPath);

    public Digest? CommitId => Digest.TryParse(Commit, out var id) ? id : null;

    public Digest? TreeId => Digest.TryParse(Tree, out var id) ? id : null;

    public Digest? CheckoutTreeId => Digest.TryParse(CheckoutTree, out var id) ? id : null;
}

/// <summary>The records of a workspace that are JSON, compiled ahead: reflection would cost a command 40 ms.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkspacePending))]
[JsonSerializable(typeof(WorkspaceConfiguration))]
[JsonSerializable(typeof(PendingMerge))]
[JsonSerializable(typeof(KeptUpstream))]
internal sealed partial class WorkspaceJson : JsonSerializerContext;
