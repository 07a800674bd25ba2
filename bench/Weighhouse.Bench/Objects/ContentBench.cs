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
        StoreFiles.Rescore(table, table + ".new");
        File.Move(table + ".new", table, overwrite: true);
        await CommitAsync(workspace, "v3");
        var megabytes = new FileInfo(model).Length / Megabyte;
        var (seconds, _, diff) = await TimedAsync(workspace, "m.safetensors", new ContentDiffDepth());
        report.AtMost($"two checkpoints of {megabytes:F0} MB compared", seconds * 1000, "ms", 50);
        (seconds, var processorSeconds, diff) = await TimedAsync(workspace, "m.safetensors", new ContentDiffDepth(Statistics: true));
        var changed = diff.Tensors!.ChangedBytes / Megabyte;
        report.AtLeast("  how far changed tensors moved, of one side", changed / seconds, "MB/s", 500);
        report.Note("    the same for each second of processor time", changed / processorSeconds, "MB");
        var rows = new FileInfo(table).Length / Megabyte;
        await TableAsync(workspace, "v1", "v2", "2,000 rows inserted", rows);
        await TableAsync(workspace, "v2", "v3", "a cell of each changed", rows);
    }

    private async Task TableAsync(IWorkspace workspace, string from, string to, string what, double megabytes)
    {
        var (seconds, processorSeconds, diff) = await TimedAsync(workspace, "t.csv", new ContentDiffDepth(), rounds: 3, from, to);
        if (diff.Table is not { Key.Count: 1 }) throw new InvalidOperationException("The rows were not matched.");
        report.AtLeast($"two tables of {megabytes:F0} MB by key, {what}, both sides", 2 * megabytes / seconds, "MB/s", 150);
        report.Note("    the same for each second of processor time", 2 * megabytes / processorSeconds, "MB");
    }

    /// <summary>The median: the first rounds open files that nobody has read.</summary>
    private static async Task<(double Seconds, double ProcessorSeconds, ContentDiff Diff)> TimedAsync(
        IWorkspace workspace, string path, ContentDiffDepth depth, int rounds = Rounds, string from = "v1", string to = "v2")
    {
        var times = new List<(double Seconds, double ProcessorSeconds)>();
        var request = new WorkspaceContentDiff(new DiffRequest([from, to], [path], workspace.Root, Staged: false), depth, 10);
        IReadOnlyList<ContentDiff> diffs = [];
        for (var i = 0; i < rounds; i++)
        {
            var (stopwatch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            diffs = Value(await workspace.DiffContentAsync(request, CancellationToken.None));
            times.Add((stopwatch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds));
        }

        times.Sort();
        var (seconds, processorSeconds) = times[times.Count / 2];
        return (seconds, processorSeconds, diffs.Single());
    }

    private static async Task CommitAsync(IWorkspace workspace, string tag) => Value(await workspace.CommitAsync(
        new CommitRequest(tag, Tag: tag), workspace.Root, new WorkProgress(), CancellationToken.None));

    private static T Value<T>(Result<T> result) =>
        result.TryGet(out var value, out var error) ? value : throw new InvalidOperationException(error.ToString());
}
