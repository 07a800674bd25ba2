using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh merge</c>, <c>revert</c>, <c>cherry-pick</c>.</summary>
internal static class MergeCommands
{
    private const int PlacesMax = 10;
    private const int ValueLengthMax = 60;

    private static readonly Option<MergeChoice> Prefer = new("--prefer")
    {
        Description = "Where both sides changed the same: fail, or take ours or theirs", DefaultValueFactory = _ => MergeChoice.Fail,
    };

    private static readonly Option<string[]> Ours = new("--ours")
    {
        Description = "Take ours for these paths", HelpName = "PATH", Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<string[]> Theirs = new("--theirs")
    {
        Description = "Take theirs for these paths", HelpName = "PATH", Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<bool> WholeFiles = new("--whole-files")
    {
        Description = "Do not merge inside files: one that both sides changed is a conflict",
    };

    private static readonly Option<string[]> Key = new("--key")
    {
        Description = "The columns by which rows of tables are the same row; without it one is looked for", HelpName = "COLUMN",
        Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Weights = new("--weights")
    {
        Description = "Mix models that both sides changed: average, weighted:SHARE (of ours) or task:OURS,THEIRS (factors of what moved)",
        HelpName = "RECIPE",
    };

    private static readonly Option<string?> Message = new("--message", "-m") { Description = "The commit's message", HelpName = "TEXT" };

    public static Command Merge()
    {
        var from = new Argument<string?>("from") { Description = "A branch, tag or commit", Arity = ArgumentArity.ZeroOrOne };
        var manual = new Option<bool>(
            "--manual") { Description = "Keep ours in the folder where both changed the same, and wait for you to settle it" };
        var always = new Option<bool>("--no-ff") { Description = "Make a commit even where the branch could simply move" };
        var abort = new Option<bool>("--abort") { Description = "Give up a merge that waits" };
        return new Command(
            "merge", "Bring another branch into this one. Exits with 1, and changes nothing, when both changed the same file differently")
        {
            from, Prefer, Ours, Theirs, WholeFiles, Key, Weights, Message, manual, always, abort,
        }.InWorkspace(async context =>
        {
            using var bar = new WorkProgressBar(context.Quiet);
            if (context.Get(abort))
            {
                var aborted = await context.Workspace.AbortMergeAsync(bar.Progress, context.Cancellation);
                bar.Dispose();
                return aborted.TryGet(out var outcome, out var refusal) ? SwitchCommands.Said(context, outcome) : context.Fail(refusal);
            }

            if (context.Parsed.GetValue(from) is not { } name)
                return context.Fail(Error.Invalid("Say what to merge: weigh merge BRANCH"));
            if (!Strategy(context).TryGet(out var strategy, out var error)) return context.Fail(error);
            var merged = await context.Workspace.MergeAsync(
                new WorkspaceMerge(name, strategy, context.Get(Message), !context.Get(always), context.Get(manual)), bar.Progress,
                context.Cancellation);
            bar.Dispose();
            return merged.TryGet(out var result, out error) ? Said(context, result, $"weigh merge {name}") : context.Fail(error);
        }).WithExamples(
            ("weigh merge exp", "bring the branch exp in"),
            ("weigh merge exp --prefer theirs --ours labels", "theirs where both changed the same, ours in labels"),
            ("weigh merge exp --key image_id", "tables row by row, matched by a column"),
            ("weigh merge exp --weights average", "the mean of both models, said in the commit"),
            ("weigh merge exp --manual", "settle conflicts by hand: mend, weigh add, weigh commit"));
    }

    public static Command Revert() => Replay(
        "revert", "Take back what a commit changed, by a new commit", isRevert: true, ("weigh revert HEAD", "take back the last one"));

    public static Command CherryPick() => Replay(
        "cherry-pick", "Repeat what a commit of another branch changed, by a new commit", isRevert: false,
        ("weigh cherry-pick exp~2", "one commit of exp"));

    public static int Said(WorkspaceContext context, WorkspaceMerged merged, string command)
    {
        var view = new
        {
            Kind = merged.Kind.ToString(), Head = merged.Head?.ToString(), merged.Waits, merged.Written,
            Conflicts = merged.Conflicts.Select(static conflict => new
            {
                Path = conflict.Path.Text, Kind = conflict.Kind.ToString(), conflict.Places,
            }),
        };
        if (merged.Conflicts.Count == 0)
        {
            return context.Said(view, merged.Kind switch
            {
                MergeResultKind.UpToDate => "Nothing to do: it is all here",
                MergeResultKind.FastForward => $"Moved to {merged.Head.ToString()![..12]}: {merged.Written:N0} written",
                _ => $"At {merged.Head.ToString()![..12]}: {merged.Written:N0} written",
            });
        }

        if (context.Output.Format is not OutputFormat.Table) context.Output.One(view);
        else foreach (var conflict in merged.Conflicts) Write(context.Output.Writer, conflict);
        Console.Error.WriteLine(merged.Waits
            ? $"weigh: {merged.Conflicts.Count} conflicts; ours is in the folder. Settle each file, 'weigh add' it, then 'weigh "
                + "commit'; or: weigh merge --abort"
            : $"weigh: both sides changed {merged.Conflicts.Count} {(merged.Conflicts.Count == 1 ? "path" : "paths")}; "
                + "nothing was changed.\n"
                + $"hint: {command} --prefer ours, --prefer theirs, or --ours PATH and --theirs PATH");
        return ExitCode.Failure;
    }

    private static void Write(TextWriter writer, MergeConflict conflict)
    {
        writer.WriteLine($"{ChangeView.Printable(conflict.Path.Text)} ({Word(conflict.Kind)})");
        foreach (var place in conflict.Places.Take(PlacesMax))
        {
            writer.WriteLine(
                $"    {ChangeView.Printable(place.Place)}: {Value(place.Base)} -> ours {Value(place.Ours)}, theirs "
                + Value(place.Theirs));
        }

        if (conflict.Places.Count > PlacesMax) writer.WriteLine("    …and more: --output json");
    }

    private static string Value(string? text)
    {
        if (text is null) return "(none)";
        var line = text.TrimEnd('\r', '\n');
        return ChangeView.Printable(line.Length <= ValueLengthMax ? line : line[..(ValueLengthMax - 1)] + "…");
    }

    private static Command Replay(string name, string description, bool isRevert, (string, string) example)
    {
        var commit = new Argument<string>("commit") { Description = "A branch, tag or commit" };
        var mainline = new Option<int>("--mainline") { Description = "For a merge: which parent's side stays, from 1", HelpName = "N" };
        return new Command(name, description)
        {
            commit, Prefer, Ours, Theirs, WholeFiles, Key, Message, mainline,
        }.InWorkspace(async context =>
        {
            if (!Strategy(context).TryGet(out var strategy, out var error)) return context.Fail(error);
            using var bar = new WorkProgressBar(context.Quiet);
            var done = await context.Workspace.ReplayAsync(
                new WorkspaceReplay(context.Get(commit), isRevert, strategy, context.Get(Message), context.Get(mainline)), bar.Progress,
                context.Cancellation);
            bar.Dispose();
            return done.TryGet(out var merged, out error) ? Said(context, merged, $"weigh {name} {context.Get(commit)}")
                : context.Fail(error);
        }).WithExamples(example);
    }

    private static Result<MergeStrategy> Strategy(WorkspaceContext context)
    {
        var paths = new List<KeyValuePair<TreePath, MergeChoice>>();
        foreach (var (names, choice) in new[] { (context.Get(Ours), MergeChoice.Ours), (context.Get(Theirs), MergeChoice.Theirs) })
        {
            foreach (var name in names ?? [])
            {
                var relative = Path.GetRelativePath(context.Workspace.Root, Path.GetFullPath(name, context.From)).Replace(
                    Path.DirectorySeparatorChar, '/');
                if (!TreePath.Parse(relative == "." ? "" : relative).TryGet(out var path, out var error)) return error;
                paths.Add(new(path, choice));
            }
        }

        WeightRecipe? recipe = null;
        if (context.Parsed.CommandResult.Command.Options.Contains(Weights) && context.Get(Weights) is { } text
            && !WeightRecipe.Parse(text).TryGet(out recipe, out var wrong)) return wrong;
        var key = context.Get(Key) is { Length: > 0 } columns ? columns : null;
        return new MergeStrategy(context.Get(Prefer), paths) { LooksInside = !context.Get(WholeFiles), Key = key, Weights = recipe };
    }

    private static string Word(ConflictKind kind) => kind switch
    {
        ConflictKind.BothModified => "both changed it",
        ConflictKind.BothAdded => "both added it",
        ConflictKind.DeletedByUs => "deleted here, changed there",
        ConflictKind.DeletedByThem => "changed here, deleted there",
        _ => "a folder on one side, a file on the other",
    };
}
