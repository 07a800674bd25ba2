using System.CommandLine;
using Weighhouse.Blobs;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh repack</c>: weights as differences from the version before.</summary>
internal static class RepackCommand
{
    private const int MegabyteBytes = 1_000_000;

    public static Command Create()
    {
        var preview = new Option<bool>("--preview", "-n") { Description = "Pack and count, but write nothing" };
        var rate = new Option<int>("--rate")
        {
            Description = "Megabytes of content to go through in a second [default: as many as the machine can]", HelpName = "MB",
        };
        return new Command(
            "repack",
            "Store weights of models as differences from the version before, where that takes less room. Nothing changes for who reads "
                + "them. The room comes back with 'weigh gc'")
        {
            preview, rate,
        }.InWorkspace(async context =>
        {
            var asked = context.Get(rate);
            if (asked < 0) return context.Fail(Error.Invalid($"--rate is {asked}; it is at least 1, or left out for no limit."));
            return (await RunAsync(context, context.Get(preview), asked)).TryGet(out var report, out var error)
                ? context.Said(View(report), Sentence(report, context.Get(preview)))
                : context.Fail(error);
        }).WithExamples(
            ("weigh repack --preview", "how much smaller would it get?"),
            ("weigh repack && weigh gc", "pack, then let what is no longer needed go"));
    }

    public static async ValueTask<Result<RepackReport>> RunAsync(WorkspaceContext context, bool preview, int megabytesPerSecond)
    {
        using var bar = new WorkProgressBar(context.Quiet);
        var request = new RepackRequest(preview, (long)megabytesPerSecond * MegabyteBytes, Environment.ProcessorCount);
        return await context.Workspace.RepackAsync(request, bar.Progress, context.Cancellation);
    }

    public static object View(RepackReport report) => new
    {
        report.Files, report.ExaminedBytes, report.Chunks, report.ChunksWithBase, report.BytesBefore, report.BytesAfter, report.IsComplete,
    };

    public static string Sentence(RepackReport report, bool preview)
    {
        if (report.Chunks == 0) return $"Nothing to pack smaller in {report.Files:N0} files that were not looked at before";
        var (before, after) = (WorkProgressBar.Bytes(report.BytesBefore), WorkProgressBar.Bytes(report.BytesAfter));
        return $"{before} of weights {(preview ? "would take" : "now take")} {after}: "
            + $"{report.Chunks:N0} blocks in {report.Files:N0} files, "
            + $"{report.ChunksWithBase:N0} of them as differences from the version before"
            + (preview ? "" : ". The room comes back with: weigh gc");
    }
}
