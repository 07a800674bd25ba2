using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning.Workspace.Files;

namespace Weighhouse.Versioning.Workspace;

/// <summary>Where a working folder and its records lie: docs/formats/workspace.md.</summary>
/// <param name="Root">The folder whose files are versioned.</param>
/// <param name="Records">The folder of history and state: usually <c>.weigh</c> in the root.</param>
internal sealed record WorkspaceFolder(string Root, string Records)
{
    public const string Name = ".weigh";

    /// <summary>Where files are written before they get their names, when the records lie elsewhere.</summary>
    public const string TemporaryName = ".weigh-tmp";

    /// <summary>The environment variable that names the records, whatever the current folder.</summary>
    public const string RecordsVariable = "WEIGH_DIR";

    /// <summary>The environment variable that names the root beside <see cref="RecordsVariable"/>.</summary>
    public const string RootVariable = "WEIGH_WORK_TREE";

    private const string PointerPrefix = "weigh-dir: ";

    public string HeadPath => Path.Combine(Records, "HEAD");

    public string IndexPath => Path.Combine(Records, "index");

    public string ConfigurationPath => Path.Combine(Records, "config.json");

    public string LockPath => Path.Combine(Records, "workspace.lock");

    /// <summary>What a move of a branch, or a checkout, was about to do: read by the next command when this one dies.</summary>
    public string PendingPath => Path.Combine(Records, "pending.json");

    /// <summary>A merge, revert or stash that waits for its conflicts to be settled.</summary>
    public string MergePath => Path.Combine(Records, "merge.json");

    public string StorePath => Path.Combine(Records, "objects");

    /// <summary>On the file system of the root, so that a rename suffices.</summary>
    public string TemporaryPath => Records == Path.Combine(Root, Name) ? Path.Combine(Records, "tmp") : Path.Combine(Root, TemporaryName);

    public string PathOf(string path) => Path.Combine(Root, path);

    /// <summary>The working folder that the folder lies in.</summary>
    public static Result<WorkspaceFolder> Find(string from, Func<string, string?> environment)
    {
        if (environment(RecordsVariable) is { Length: > 0 } named)
        {
            var records = Path.GetFullPath(named);
            var root = Path.GetFullPath(environment(RootVariable) is { Length: > 0 } tree ? tree : from);
            return File.Exists(Path.Combine(records, "HEAD"))
                ? new WorkspaceFolder(root, records)
                : Error.NotFound($"{RecordsVariable} names {records}, which is no workspace. Make one: weigh init --store {records}");
        }

        for (var folder = Path.GetFullPath(from); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var place = Path.Combine(folder, Name);
            if (File.Exists(Path.Combine(place, "HEAD"))) return new WorkspaceFolder(folder, place);
            if (!File.Exists(place)) continue;
            return Pointed(folder, place);
        }

        return Error.NotFound($"{Path.GetFullPath(from)} is in no workspace. Make one of this folder: weigh init");
    }

    /// <summary>Makes the records; a <c>.weigh</c> file that points at them when they lie outside the root.</summary>
    public static Result<WorkspaceFolder> Create(string root, string? records, string branch)
    {
        root = Path.GetFullPath(root);
        var place = Path.Combine(root, Name);
        var folder = new WorkspaceFolder(root, records is null ? place : Path.GetFullPath(records));
        if (File.Exists(folder.HeadPath)) return Error.Exists($"{folder.Records} is a workspace already.");
        if (records is not null && (File.Exists(place) || Directory.Exists(place)))
            return Error.Exists($"{place} is there already: the folder has a workspace.");
        Directory.CreateDirectory(root);
        Directory.CreateDirectory(folder.Records);
        if (records is not null) AtomicFile.Write(place, Encoding.UTF8.GetBytes($"{PointerPrefix}{folder.Records}\n"), durable: true);
        // The file that makes it a workspace comes last: one that was not finished is none.
        new WorkspaceHead(branch, null, null).Save(folder);
        return folder;
    }

    private static Result<WorkspaceFolder> Pointed(string folder, string place)
    {
        var text = AtomicFile.ReadText(place)?.Trim();
        if (text?.StartsWith(PointerPrefix, StringComparison.Ordinal) is not true)
            return Error.Precondition($"{place} is a file, but it does not point at a workspace. Move it away, then: weigh init");
        var records = Path.GetFullPath(Path.Combine(folder, text[PointerPrefix.Length..]));
        return File.Exists(Path.Combine(records, "HEAD"))
            ? new WorkspaceFolder(folder, records)
            : Error.NotFound($"{place} points at {records}, which is no workspace any more.");
    }
}
