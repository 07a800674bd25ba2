using System.Text.Json;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;

namespace Weighhouse.Versioning.Workspace.Session;

/// <summary>What a workspace keeps of its user's choices: <c>config.json</c>, which may be edited by hand.</summary>
internal sealed record WorkspaceConfiguration
{
    /// <summary>Where to push to and pull from, by name.</summary>
    public IReadOnlyDictionary<string, string> Remotes { get; init; } = new Dictionary<string, string>();

    /// <summary>The remote that a branch follows, where it is not the one that all do.</summary>
    public IReadOnlyDictionary<string, string> Upstreams { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders and files that are checked out; all when empty.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    public string? UserName { get; init; }

    public string? UserEmail { get; init; }

    public bool Wants(string path)
    {
        if (Only.Count == 0) return true;
        foreach (var chosen in Only)
        {
            if (path.Length == chosen.Length ? path == chosen : path.Length > chosen.Length && path[chosen.Length] == '/'
                && path.StartsWith(chosen, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    public static Result<WorkspaceConfiguration> Load(WorkspaceFolder folder)
    {
        if (AtomicFile.ReadText(folder.ConfigurationPath) is not { } text) return new WorkspaceConfiguration();
        try
        {
            return JsonSerializer.Deserialize(text, WorkspaceJson.Default.WorkspaceConfiguration) ?? new WorkspaceConfiguration();
        }
        catch (JsonException exception)
        {
            return Error.Invalid($"{folder.ConfigurationPath} is not the JSON expected: {exception.Message} Mend it, or move it away.");
        }
    }

    public void Save(WorkspaceFolder folder) => AtomicFile.Write(
        folder.ConfigurationPath, JsonSerializer.SerializeToUtf8Bytes(this, WorkspaceJson.Default.WorkspaceConfiguration), durable: true);
}
