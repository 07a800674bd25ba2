using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh stash</c>: changes put aside.</summary>
internal static class StashCommand
{
    private static readonly Argument<string?> Name = new("name")
    {
        Description = "Which; the last when none is named", Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Message = new("--message", "-m") { Description = "What they are", HelpName = "TEXT" };

    public static Command Create() => new Command("stash", "Put changes and new files aside, and take them up again")
        .With(new Command("push", "Put all changes aside: the folder is what the last commit holds") { Message }.InWorkspace(
            async context =>
        {
            using var bar = new WorkProgressBar(context.Quiet);
            var stashed = await context.Workspace.StashAsync(context.Get(Message), bar.Progress, context.Cancellation);
            bar.Dispose();
            if (!stashed.TryGet(out var entry, out var error)) return context.Fail(error);
            return context.Said(View(entry), entry is null ? "Nothing has changed"
                : $"Put aside as {entry.Name}. To take it up: weigh stash pop");
        }).WithExamples(("weigh stash push -m \"half done\"", "put everything aside")))
        .With(new Command("list", "List what was put aside, the last first").InWorkspace(async context =>
        {
            var listed = await context.Workspace.StashesAsync(context.Cancellation);
            if (!listed.TryGet(out var entries, out var error)) return context.Fail(error);
            if (context.Output.Format is not OutputFormat.Table) context.Output.List<object?>([.. entries.Select(View)], [], "");
            else
            {
                context.Output.List(
                    entries,
                    [
                        new("NAME", static entry => entry.Name), new("AT", static entry => Output.Time(entry.TimeMs)),
                        new("MESSAGE", static entry => entry.Message),
                    ],
                    "Nothing is stashed");
            }

            return ExitCode.Success;
        }))
        .With(new Command("pop", "Bring changes back into the folder and forget the stash") { Name }
            .InWorkspace(context => ApplyAsync(context, drop: true)))
        .With(new Command("apply", "Bring changes back into the folder and keep the stash") { Name }
            .InWorkspace(context => ApplyAsync(context, drop: false)))
        .With(new Command("drop", "Forget a stash") { Name }.InWorkspace(async context =>
        {
            var dropped = await context.Workspace.DropStashAsync(context.Parsed.GetValue(Name), context.Cancellation);
            return dropped.TryGet(out var entry, out var error)
                ? context.Said(View(entry), $"Forgot {entry.Name}, which was {entry.Commit.ToString()[..12]}")
                : context.Fail(error);
        }));

    private static async Task<int> ApplyAsync(WorkspaceContext context, bool drop)
    {
        using var bar = new WorkProgressBar(context.Quiet);
        var applied = await context.Workspace.UnstashAsync(context.Parsed.GetValue(Name), drop, bar.Progress, context.Cancellation);
        bar.Dispose();
        if (!applied.TryGet(out var merged, out var error)) return context.Fail(error);
        if (merged.Conflicts.Count == 0)
        {
            return context.Said(
                new { Changed = merged.Written },
                $"{merged.Written:N0} {(merged.Written == 1 ? "path" : "paths")} changed in the folder");
        }


        foreach (var conflict in merged.Conflicts) context.Output.Writer.WriteLine(ChangeView.Printable(conflict.Path.Text));
        Console.Error.WriteLine(
            "weigh: these paths were changed since; nothing was changed and the stash is kept.\n"
            + "hint: begin a branch where the stash was made: weigh switch --create NAME STASH");
        return ExitCode.Failure;
    }

    private static object? View(StashEntry? entry) =>
        entry is null ? null : new { entry.Name, Commit = entry.Commit.ToString(), entry.Message, entry.TimeMs };
}
