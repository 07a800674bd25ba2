using System.Globalization;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Tools;

/// <summary>
/// The same folders through every tool in one run: wall time, processor time, memory, bytes stored. Ratios and bytes are what survives a
/// busy
/// machine; the bars are those of the goals.
/// </summary>
internal sealed class StoreComparison(Report report, string weigh, bool quick, string folder)
{
    private readonly Workload _workload = new(quick);
    private readonly Dictionary<(string Tool, string Step), Measured> _all = [];

    private readonly record struct Measured(Cost Cost, double InMB, double AddedMB, int Files);

    /// <param name="only">Names of tools; null for all.</param>
    public void Run(IReadOnlyCollection<string>? only)
    {
        var tools = VersionTool.All(weigh).Where(tool => only?.Contains(tool.Name) is not false).ToList();
        foreach (var tool in tools.Where(static tool => !tool.IsInstalled))
            Console.Error.WriteLine($"{tool.Name} is not installed and is left out");
        tools.RemoveAll(static tool => !tool.IsInstalled);
        var data = Directory.CreateDirectory(Path.Combine(folder, "data")).FullName;
        _workload.Checkpoint(Path.Combine(data, "model.safetensors"));
        _workload.Table(Path.Combine(data, "data.csv"));
        foreach (var tool in tools)
        {
            Measure(tool, "checkout W2", [
                ("W1", src => File.Copy(Path.Combine(data, "model.safetensors"), Path.Combine(src, "model.safetensors"))),
                ("W5c", static _ => { }),
                ("W2", src => _workload.Tune(Path.Combine(src, "model.safetensors"))),
            ]);
            Measure(tool, "checkout W3c", [
                ("W3", src => File.Copy(Path.Combine(data, "data.csv"), Path.Combine(src, "data.csv"))),
                ("W3b", src => Workload.Insert(Path.Combine(src, "data.csv"))),
                ("W3c", src => _workload.Append(Path.Combine(src, "data.csv"))),
            ]);
            Measure(tool, "checkout W4b", [
                ("W4", src => _workload.Pictures(Directory.CreateDirectory(Path.Combine(src, "images")).FullName)),
                ("W5f", static _ => { }),
                ("W4b", src => _workload.Touch(Path.Combine(src, "images"))),
            ]);
        }

        WriteTable(tools);
        Judge();
    }

    private void Measure(VersionTool tool, string checkout, (string Label, Action<string> Prepare)[] steps)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "run")).FullName;
        var source = Directory.CreateDirectory(Path.Combine(place, "src")).FullName;
        VersionTool.Run(Fill(tool.Begin, place, "", ""), place);
        var before = SizeOf(Path.Combine(place, tool.StoreIn)).Bytes;
        foreach (var (label, prepare) in steps)
        {
            prepare(source);
            // What was written just now is settled on disk before the clock starts, for every tool alike.
            VersionTool.Run("sync; sleep 1.1", place);
            var cost = VersionTool.Run(Fill(tool.Commit, place, label, ""), place);
            var (bytes, files) = SizeOf(Path.Combine(place, tool.StoreIn));
            Keep(tool, label, new Measured(cost, SizeOf(source, ".git").Bytes / 1e6, (bytes - before) / 1e6, files));
            before = bytes;
        }

        var target = Directory.CreateDirectory(Path.Combine(place, "out")).FullName;
        var restored = VersionTool.Run(Fill(tool.Checkout, place, steps[^1].Label, target), place);
        Keep(tool, checkout, new Measured(restored, SizeOf(target, ".git").Bytes / 1e6, 0, 0));
        Directory.Delete(place, recursive: true);
    }

    private string Fill(string command, string place, string label, string target) => command
        .Replace("{weigh}", weigh, StringComparison.Ordinal)
        .Replace("{src}", Path.Combine(place, "src"), StringComparison.Ordinal)
        .Replace("{store}", Path.Combine(place, "store"), StringComparison.Ordinal)
        .Replace("{label}", label, StringComparison.Ordinal)
        .Replace("{dest}", target, StringComparison.Ordinal);

    private void Keep(VersionTool tool, string step, Measured measured)
    {
        _all[(tool.Name, step)] = measured;
        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{tool.Name,-9} {step,-13} {measured.Cost.Seconds,7:F2} s  cpu {measured.Cost.CpuSeconds,6:F2} s  "
                + $"{measured.Cost.ResidentMiB,6:F0} MiB  "
            + $"{measured.InMB / measured.Cost.Seconds,7:F0} MB/s  +{measured.AddedMB:F2} MB  {measured.Files} files"));
    }

    private static (long Bytes, int Files) SizeOf(string place, string? without = null)
    {
        if (!Directory.Exists(place)) return (0, 0);
        var (bytes, files) = (0L, 0);
        foreach (var file in new DirectoryInfo(place).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            if (without is not null && file.FullName.Contains($"/{without}/", StringComparison.Ordinal)) continue;
            bytes += file.Length;
            files++;
        }

        return (bytes, files);
    }

    private void WriteTable(List<VersionTool> tools)
    {
        string[] steps = ["W1", "W5c", "W2", "checkout W2", "W3", "W3b", "W3c", "checkout W3c", "W4", "W5f", "W4b", "checkout W4b"];
        Console.Out.WriteLine($"| wall s / CPU s, +MB stored | {string.Join(" | ", steps)} |");
        Console.Out.WriteLine($"|---|{string.Concat(steps.Select(static _ => "---|"))}");
        foreach (var tool in tools)
        {
            var cells = steps.Select(step => _all[(tool.Name, step)]).Select(static cell => string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Cost.Seconds:F2}/{cell.Cost.CpuSeconds:F1}{(cell.Files > 0 ? $" +{cell.AddedMB:F1}" : "")}"));
            Console.Out.WriteLine($"| {tool.Name} | {string.Join(" | ", cells)} |");
        }

        Console.Out.WriteLine();
    }

    private void Judge()
    {
        if (!_all.ContainsKey(("weigh", "W1"))) return;
        Ratio("W1", "git-lfs", 4);
        Ratio("W1", "md5+copy", 3);
        Ratio("W1", "restic", 7);
        Ratio("W1", "borg", 5);
        Ratio("W4", "git-lfs", 8);
        Ratio("W4", "restic", 3.5);
        Ratio("checkout W2", "git-lfs", 2);
        Ratio("checkout W2", "restic", 4);
        var weighed = (string step) => _all[("weigh", step)];
        report.AtMost("W1 memory", weighed("W1").Cost.ResidentMiB, "MiB", 200);
        report.AtMost("checkout W2 memory", weighed("checkout W2").Cost.ResidentMiB, "MiB", 100);
        report.AtMost("W5c: unchanged large file", weighed("W5c").Cost.Seconds, "s", 0.25);
        report.AtMost("W5f: unchanged small files", weighed("W5f").Cost.Seconds, "s", 0.25);
        // Sizes are of the whole workload; the quick one stores less, and its bars are scaled by what changed.
        var scale = quick ? 0.25 : 1;
        report.AtMost("W1 processor time", weighed("W1").Cost.CpuSeconds, "s", 3.2);
        report.AtMost("W2 stored", weighed("W2").AddedMB, "MB", 1.02 * _workload.TunedBytes / 1e6);
        report.AtMost("W3 stored", weighed("W3").AddedMB, "MB", 80 * scale);
        report.AtMost("W3b stored", weighed("W3b").AddedMB, "MB", 2);
        report.AtMost("W3c stored", weighed("W3c").AddedMB, "MB", 1);
        report.AtMost("W4", weighed("W4").Cost.Seconds, "s", 1.5);
        report.AtMost("W4b", weighed("W4b").Cost.Seconds, "s", 0.3);
        report.AtMost("W4b stored", weighed("W4b").AddedMB, "MB", 2);
        report.AtMost("W4b files on disk", weighed("W4b").Files, "", 10);
    }

    private void Ratio(string step, string tool, double bar)
    {
        if (_all.TryGetValue((tool, step), out var other))
            report.AtLeast($"{step}: times as fast as {tool}", other.Cost.Seconds / _all[("weigh", step)].Cost.Seconds, "×", bar);
    }
}
