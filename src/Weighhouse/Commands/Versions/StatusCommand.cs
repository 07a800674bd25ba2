using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh status</c>.</summary>
internal static class StatusCommand
{
    /// <summary>Lines of one kind that people read; programs get all.</summary>
    private const int ShownMax = 50;

    public static Command Create()
    {
        var porcelain = new Option<bool>("--short", "-s") { Description = "One line a path: what is staged, what is changed, the path" };
        var check = new Option<bool>("--check") { Description = "Exit with 1 when anything differs from the last commit" };
        return new Command("status", "Show what differs from the last commit") { porcelain, check }.InWorkspace(async context =>
        {
            var read = await context.Workspace.StatusAsync(context.Cancellation);
            if (!read.TryGet(out var status, out var error)) return context.Fail(error);
            if (context.Output.Format is OutputFormat.Json) context.Output.One(View(status));
            else if (context.Output.Format is OutputFormat.Ndjson) foreach (var line in Lines(status)) context.Output.Line(line);
            else if (context.Get(porcelain)) Short(context.Output.Writer, status);
            else Long(context.Output.Writer, status);
            return context.Get(check) && !status.IsClean ? ExitCode.Failure : ExitCode.Success;
        }).WithExamples(
            ("weigh status", "what a commit would take"),
            ("weigh status -o json | jq '.untracked[].path'", "for programs"),
            ("weigh status --check -q", "in a script: has anything changed?"));
    }

    private static object View(WorkspaceStatus status) => new
    {
        status.Branch,
        Commit = status.Commit?.ToString(),
        status.Upstream,
        status.IsClean,
        Staged = status.Staged.Select(ChangeView.Of),
        Changed = status.Changed.Select(ChangeView.Of),
        Untracked = status.Untracked.Select(ChangeView.Of),
        status.Problems,
        status.Unfinished,
    };

    private static IEnumerable<object> Lines(WorkspaceStatus status) =>
        status.Staged.Select(static change => ChangeView.In("staged", change))
            .Concat(status.Changed.Select(static change => ChangeView.In("changed", change)))
            .Concat(status.Untracked.Select(static change => ChangeView.In("untracked", change)));

    private static void Short(TextWriter writer, WorkspaceStatus status)
    {
        var staged = status.Staged.ToDictionary(static change => change.Path, static change => ChangeView.Letter(change.State));
        var changed = status.Changed.ToDictionary(static change => change.Path, static change => ChangeView.Letter(change.State));
        foreach (var path in staged.Keys.Union(changed.Keys).Order(StringComparer.Ordinal))
            writer.WriteLine($"{staged.GetValueOrDefault(path, ' ')}{changed.GetValueOrDefault(path, ' ')} {ChangeView.Printable(path)}");
        foreach (var change in status.Untracked) writer.WriteLine($"?? {ChangeView.Printable(change.Path)}");
        foreach (var problem in status.Problems) writer.WriteLine($"!! {ChangeView.Printable(problem.Path)}");
    }

    private static void Long(TextWriter writer, WorkspaceStatus status)
    {
        var place = status.Branch is { } branch ? $"On branch {branch}" : "On no branch";
        writer.WriteLine(status.Commit is { } commit ? $"{place}, at {commit.ToString()[..12]}" : $"{place}, no commit yet");
        if (status.Upstream is { } upstream) writer.WriteLine(Far(upstream));
        if (status.Unfinished is { } unfinished) writer.WriteLine(unfinished);
        Section(writer, "Staged for the next commit:", status.Staged);
        Section(writer, status.Staged.Count > 0 ? "Changed, not staged ('weigh add' stages):" : "Changed:", status.Changed);
        Section(writer, status.Staged.Count > 0 ? "New, not staged ('weigh add' stages):" : "New:", status.Untracked);
        if (status.Problems.Count > 0)
        {
            writer.WriteLine("Cannot be versioned:");
            foreach (var problem in status.Problems.Take(ShownMax)) writer.WriteLine(
                $"  {ChangeView.Printable(problem.Path)} ({problem.Reason})");
        }

        if (status.IsClean) writer.WriteLine("Nothing has changed");
        else if (status.Staged.Count == 0) writer.WriteLine("'weigh commit' takes all of it; to choose: weigh add PATH");
    }

    private static string Far(UpstreamState upstream) => (upstream.Ahead, upstream.Behind) switch
    {
        (0, 0) => $"Even with {upstream.Name}",
        (var ahead, 0) => $"{ahead:N0} ahead of {upstream.Name}: weigh push",
        (0, var behind) => $"{behind:N0} behind {upstream.Name}: weigh pull",
        var (ahead, behind) => $"{ahead:N0} ahead of {upstream.Name} and {behind:N0} behind it: weigh pull, then weigh push",
    };

    private static void Section(TextWriter writer, string title, IReadOnlyList<PathChange> changes)
    {
        if (changes.Count == 0) return;
        writer.WriteLine(title);
        foreach (var change in changes.Take(ShownMax))
            writer.WriteLine($"  {ChangeView.Word(change.State),-10} {ChangeView.Printable(change.Path)}");
        if (changes.Count > ShownMax) writer.WriteLine($"  and {changes.Count - ShownMax:N0} more (all of them: weigh status --short)");
    }
}
