using System.CommandLine;
using Weighhouse.Blobs;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh gc</c>, <c>fsck</c>, <c>du</c>: the store behind a workspace.</summary>
internal static class CareCommands
{
    private const double GraceHoursDefault = 24;

    public static Command Collect()
    {
        var preview = new Option<bool>("--preview", "-n") { Description = "Only say what would go" };
        var grace = new Option<double>("--grace")
        {
            Description = "Hours that condemned packs stay before they are deleted", HelpName = "HOURS", DefaultValueFactory = _ =>
                GraceHoursDefault,
        };
        var undo = new Option<bool>("--undo") { Description = "Keep what was condemned and is not deleted yet" };
        var repack = new Option<bool>("--repack") { Description = "First pack weights smaller, as 'weigh repack' does" };
        return new Command(
            "gc",
            "Delete content that no branch, tag, stash or staged file needs. The first run condemns it; a run after the grace deletes "
                + "it. What a "
            + "branch or tag named within the last 30 days is kept")
        {
            preview, grace, undo, repack,
        }.InWorkspace(async context =>
        {
            if (context.Get(undo))
            {
                var undone = await context.Workspace.UndoCollectionAsync(context.Cancellation);
                return undone.IsFailure ? context.Fail(undone.Error) : context.Said(new { Undone = true }, "What was condemned is kept");
            }

            var isPreview = context.Get(preview);
            RepackReport? packed = null;
            if (context.Get(repack) && !(await RepackCommand.RunAsync(context, isPreview, 0)).TryGet(out packed, out var refusal))
                return context.Fail(refusal);
            var collected = await context.Workspace.CollectAsync(
                new CollectionRequest(TimeSpan.FromHours(context.Get(grace)), Preview: isPreview), context.Cancellation);
            if (!collected.TryGet(out var report, out var error)) return context.Fail(error);
            return packed is null
                ? context.Said(View(report), Sentence(report, isPreview))
                : context.Said(
                    new { Repack = RepackCommand.View(packed), Collection = View(report) },
                    RepackCommand.Sentence(packed, isPreview) + Environment.NewLine + Sentence(report, isPreview));
        }).WithExamples(
            ("weigh gc --preview", "how much would go?"),
            ("weigh gc --repack", "pack weights against the versions before, then condemn what that makes dead"),
            ("weigh gc && weigh gc --grace 0", "condemn, then delete at once"));
    }

    public static Command Check()
    {
        var data = new Option<bool>("--data") { Description = "Also read and hash everything" };
        var repair = new Option<bool>("--repair")
        {
            Description = "Read everything, and bring back what is damaged: from remotes that are folders, or from files here that hold it",
        };
        var from = new Option<string?>("--from") { Description = "With --repair: another workspace to take it from", HelpName = "FOLDER" };
        return new Command("fsck", "Look for damage in the history. Exits with 1 when there is any")
        {
            data, repair, from,
        }.InWorkspace(async context =>
        {
            if (context.Get(repair)) return await RepairAsync(context, context.Get(from));
            if (context.Get(from) is not null)
                return context.Fail(Error.Invalid("--from says where to repair from: add --repair.", "from"));
            var found = await context.Workspace.CheckAsync(context.Get(data) ? CheckDepth.Data : CheckDepth.Presence, context.Cancellation);
            if (!found.TryGet(out var report, out var error)) return context.Fail(error);
            if (context.Output.Format is not OutputFormat.Table) context.Output.One(View(report));
            else Write(context, report);
            return report.IsSound ? ExitCode.Success : ExitCode.Failure;
        }).WithExamples(
            ("weigh fsck", "is everything there? Reads no content"),
            ("weigh fsck --data", "and is it what its names say?"),
            ("weigh fsck --repair --from ../copy", "bring back what is damaged from another workspace"));
    }

    private static async Task<int> RepairAsync(WorkspaceContext context, string? from)
    {
        var repaired = await context.Workspace.RepairAsync(from, context.Cancellation);
        if (!repaired.TryGet(out var repair, out var error)) return context.Fail(error);
        if (context.Output.Format is not OutputFormat.Table)
        {
            context.Output.One(new
            {
                Before = View(repair.Before), After = View(repair.After), repair.QuarantinedPacks, repair.Fetched, repair.Refilled,
            });
        }
        else
        {
            Write(context, repair.After);
            if (!repair.Before.IsSound && !context.Quiet)
            {
                Console.Error.WriteLine(
                    $"{repair.Fetched:N0} objects fetched, {repair.Refilled:N0} files taken from the folder; "
                    + $"{repair.QuarantinedPacks:N0} damaged packs in quarantine, which weigh gc will delete");
            }
        }

        return repair.After.IsSound ? ExitCode.Success : ExitCode.Failure;
    }

    public static Command Usage()
    {
        var revisions = new Argument<string[]>("revisions")
        {
            Description = "Branches, tags or commits [default: all branches and tags]", Arity = ArgumentArity.ZeroOrMore,
        };
        return new Command("du", "Show how much room versions take, and how much of it each has alone") { revisions }.InWorkspace(
            async context =>
        {
            var read = await context.Workspace.UsageAsync(context.Get(revisions) ?? [], context.Cancellation);
            if (!read.TryGet(out var usage, out var error)) return context.Fail(error);
            if (context.Output.Format is OutputFormat.Json) context.Output.One(
                new { Versions = usage.Versions.Select(View), usage.StoredBytes });
            else if (context.Output.Format is OutputFormat.Ndjson) foreach (var version in usage.Versions) context.Output.Line(
                View(version));
            else
            {
                context.Output.List(
                    usage.Versions,
                    [
                        new("VERSION", static version => version.Name),
                        new("FILES", static version => version.Files.ToString("N0"), IsNumber: true),
                        new("SIZE", static version => WorkProgressBar.Bytes(version.SizeBytes), IsNumber: true),
                        new("STORED", static version => WorkProgressBar.Bytes(version.StoredBytes), IsNumber: true),
                        new("ITS OWN", static version => WorkProgressBar.Bytes(version.OwnBytes), IsNumber: true),
                    ],
                    "No branch or tag yet");
                if (usage.Versions.Count > 0) context.Output.Writer.WriteLine($"together {WorkProgressBar.Bytes(usage.StoredBytes)}");
            }

            return ExitCode.Success;
        }).WithExamples(("weigh du", "all branches and tags"), ("weigh du v1 v2", "what do two versions share?"));
    }

    private static void Write(WorkspaceContext context, WorkspaceCheck report)
    {
        foreach (var damage in report.Named)
            context.Output.Writer.WriteLine(
                $"{damage.Ref} {damage.Commit.ToString()[..12]} {ChangeView.Printable(damage.Path.Text)}: {damage.Problem} ({damage.Id})");
        foreach (var damage in report.Bytes)
            context.Output.Writer.WriteLine($"{damage.Pack} at {damage.OffsetBytes}: {Word(damage.Kind)} {damage.Missing ?? damage.Id}"
                + (damage.Kind == DamageKind.BrokenBase ? $": {damage.Id}" : ""));
        if (context.Quiet) return;
        Console.Error.WriteLine(report.IsSound
            ? $"{Amount.Of(report.Commits, "commit")}, {Amount.Of(report.Files, "file")}, {Amount.Of(report.Objects, "object")} "
                + $"({WorkProgressBar.Bytes(report.StoredBytes)}): sound"
            : "hint: weigh fsck --repair brings back what a remote or a file here has; --from names another workspace");
    }

    private static string Word(DamageKind kind) => kind switch
    {
        DamageKind.Table => "a table cannot be read",
        DamageKind.Object => "damaged object",
        DamageKind.BrokenBase => "stored against a broken object",
        _ => "missing chunk",
    };

    private static object View(CollectionReport report) => new
    {
        Phase = report.Phase.ToString(), report.LiveObjects, report.LiveBytes, report.DeadObjects, report.DeadBytes, report.Packs,
            report.FreedBytes,
        report.DeletableAt, report.SmallPacks,
    };

    private static object View(WorkspaceCheck report) => new
    {
        report.IsSound, report.Commits, report.Trees, report.Files, report.Objects, report.StoredBytes, report.DamageCount,
        Named = report.Named.Select(static damage => new
        {
            damage.Ref, Commit = damage.Commit.ToString(), Path = damage.Path.Text, Id = damage.Id.ToString(), damage.Problem,
        }),
        Bytes = report.Bytes.Select(static damage => new
        {
            Kind = damage.Kind.ToString(), damage.Pack, damage.OffsetBytes, Id = damage.Id?.ToString(),
                Missing = damage.Missing?.ToString(),
        }),
    };

    private static object View(VersionUsage usage) => new
    {
        usage.Name, Commit = usage.Commit.ToString(), usage.Files, usage.SizeBytes, usage.StoredBytes, usage.OwnBytes,
    };

    private static string Sentence(CollectionReport report, bool preview) => report.Phase switch
    {
        CollectionPhase.Clean =>
            $"Nothing worth taking: {WorkProgressBar.Bytes(report.DeadBytes)} of "
                + $"{WorkProgressBar.Bytes(report.LiveBytes + report.DeadBytes)} are not needed",
        CollectionPhase.Condemned => $"{report.Packs} packs {(preview ? "would be" : "are")} condemned; "
            + $"{WorkProgressBar.Bytes(report.DeadBytes)} are not needed"
            + (report.SmallPacks > 0 ? $", {report.SmallPacks} packs are small and become one. " : ". ")
            + "Run it again after the grace; to keep them: weigh gc --undo",
        CollectionPhase.Waiting => $"{report.Packs} packs wait for the end of the grace"
            + $"{(report.DeletableAt is { } at ? $", {at:yyyy-MM-dd HH:mm'Z'}" : "")}",
        _ => $"{report.Packs} packs {(preview ? "would be" : "were")} deleted: {WorkProgressBar.Bytes(report.FreedBytes)} freed",
    };
}
