using System.Diagnostics;
using Weighhouse.Bench.Load;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Bench.Objects;

/// <summary>Comparisons of what files hold, in this process, over a workspace: two checkpoints, two tables.</summary>
internal sealed class ContentBench(Report report, ScratchFolder folder, bool quick)
{
    private const double Megabyte = 1e6;
    private const int Rounds = 7;

    public async Task RunAsync()
    {
        var root = folder["content"];
        Directory.CreateDirectory(root);
        var workspace = Value(VersioningModule.CreateWorkspace(
            root, null, "main", TimeProvider.System, IdGenerator.Secure, static _ => null));
        var (model, table) = (Path.Combine(root, "m.safetensors"), Path.Combine(root, "t.csv"));
        var tensors = quick ? 40 : 260;
        StoreFiles.Checkpoint(model, tensors, tuned: false);
        StoreFiles.Table(table, quick ? 20_000_000 : 201_000_000);
        await CommitAsync(workspace, "v1");
        StoreFiles.Checkpoint(model, tensors, tuned: true);
        StoreFiles.Insert(table, table + ".new", atEnd: false);
        File.Move(table + ".new", table, overwrite: true);
        await CommitAsync(workspace, "v2");
        var megabytes = new FileInfo(model).Length / Megabyte;
        var (seconds, diff) = await TimedAsync(workspace, "m.safetensors", new ContentDiffDepth());
        report.AtMost($"two checkpoints of {megabytes:F0} MB compared", seconds * 1000, "ms", 50);
        (seconds, diff) = await TimedAsync(workspace, "m.safetensors", new ContentDiffDepth(Statistics: true));
        report.AtLeast("  how far changed tensors moved, of one side", diff.Tensors!.ChangedBytes / Megabyte / seconds, "MB/s", 500);
        var rows = new FileInfo(table).Length / Megabyte;
        (seconds, diff) = await TimedAsync(workspace, "t.csv", new ContentDiffDepth(), rounds: 1);
        report.Note($"two tables of {rows:F0} MB compared by key, both sides", 2 * rows / seconds, "MB/s");
        if (diff.Table is not { AddedRows: > 0, Key.Count: 1 }) throw new InvalidOperationException("The rows were not matched.");
    }

    /// <summary>The median: the first rounds open files that nobody has read.</summary>
    private static async Task<(double Seconds, ContentDiff Diff)> TimedAsync(
        IWorkspace workspace, string path, ContentDiffDepth depth, int rounds = Rounds)
    {
        var times = new List<double>();
        var request = new WorkspaceContentDiff(new DiffRequest(["v1", "v2"], [path], workspace.Root, Staged: false), depth, 10);
        IReadOnlyList<ContentDiff> diffs = [];
        for (var i = 0; i < rounds; i++)
        {
            var stopwatch = Stopwatch.StartNew();
            diffs = Value(await workspace.DiffContentAsync(request, CancellationToken.None));
            times.Add(stopwatch.Elapsed.TotalSeconds);
        }

        times.Sort();
        return (times[times.Count / 2], diffs.Single());
    }

    private static async Task CommitAsync(IWorkspace workspace, string tag) => Value(await workspace.CommitAsync(
        new CommitRequest(tag, Tag: tag), workspace.Root, new WorkProgress(), CancellationToken.None));

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());
}
