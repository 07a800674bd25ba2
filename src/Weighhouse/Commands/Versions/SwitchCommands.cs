using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh switch</c> and <c>weigh restore</c>: versions into the folder.</summary>
internal static class SwitchCommands
{
    public static Command Switch()
    {
        var target = new Argument<string?>("target") { Description = "A branch, tag or commit", Arity = ArgumentArity.ZeroOrOne };
        var create = new Option<string?>("--create", "-c") { Description = "Begin a new branch here, or at the target",
            HelpName = "BRANCH" };
        var force = new Option<bool>("--force", "-f") { Description = "Lose changes that are in the way" };
        var only = new Option<string[]>("--only")
        {
            Description = "Have only these folders and files here from now on (sparse checkout); commits keep the others",
            HelpName = "PATH", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = true,
        };
        var whole = new Option<bool>("--whole") { Description = "Have everything here again" };
        return new Command("switch", "Go to another branch, tag or commit; only files that differ are written")
        {
            target, create, force, only, whole,
        }.InWorkspace(async context =>
        {
            var paths = context.Get(whole) ? [] : context.Get(only) is { Length: > 0 } chosen ? chosen : null;
            if (context.Parsed.GetValue(target) is null && context.Get(create) is null && paths is null && !context.Get(force))
                return context.Fail(Kernel.Error.Invalid(
                    "Say where to go: weigh switch BRANCH; or begin a branch: weigh switch --create NAME"));
            using var bar = new WorkProgressBar(context.Quiet);
            var request = new SwitchRequest(context.Parsed.GetValue(target), context.Get(create), context.Get(force), paths, context.From);
            var switched = await context.Workspace.SwitchAsync(request, bar.Progress, context.Cancellation);
            bar.Dispose();
            return switched.TryGet(out var outcome, out var error) ? Said(context, outcome) : context.Fail(error);
        }).WithExamples(
            ("weigh switch exp", "go to the branch exp"),
            ("weigh switch --create exp", "begin it here"),
            ("weigh switch v2", "look at a tag; commits made there belong to no branch until one is created"),
            ("weigh switch --only data/train models", "have a part of a large repository here"));
    }

    public static Command Restore()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Files and folders; . is all below the current folder", Arity = ArgumentArity.ZeroOrMore,
        };
        var source = new Option<string?>("--source", "-s") { Description = "The branch, tag or commit to take them from",
            HelpName = "REVISION" };
        var staged = new Option<bool>("--staged") { Description = "Take them out of what is staged, and leave the files as they are" };
        var to = new Option<string?>("--to") { Description = "Write them into another folder, which need be no workspace",
            HelpName = "DIR" };
        var force = new Option<bool>("--force", "-f") { Description = "With --to: write over what is there" };
        return new Command("restore", "Bring files back as a commit holds them; changes made to them since are lost")
        {
            paths, source, staged, to, force,
        }.InWorkspace(async context =>
        {
            var named = context.Paths(paths);
            if (named.Length == 0 && context.Get(to) is null)
                return context.Fail(Kernel.Error.Invalid("Name what to restore: weigh restore PATH; everything: weigh restore ."));
            using var bar = new WorkProgressBar(context.Quiet);
            var request = new RestoreRequest(
                named, context.From, context.Get(source), context.Get(staged), context.Get(to), context.Get(force));
            var restored = await context.Workspace.RestoreAsync(request, bar.Progress, context.Cancellation);
            bar.Dispose();
            if (!restored.TryGet(out var outcome, out var error)) return context.Fail(error);
            return context.Said(View(outcome), $"{outcome.Written:N0} {(outcome.Written == 1 ? "path" : "paths")} restored");
        }).WithExamples(
            ("weigh restore train.csv", "lose the changes since it was staged or committed"),
            ("weigh restore --source v1 labels/", "labels as they were at v1"),
            ("weigh restore --source v1 --to /tmp/v1", "a whole version, elsewhere"));
    }

    public static int Said(WorkspaceContext context, CheckoutOutcome outcome)
    {
        var place = outcome.Branch is { } branch ? $"On branch {branch}" : $"At {outcome.Commit.ToString()?[..12]}, on no branch";
        return context.Said(
            View(outcome), $"{place}: {outcome.Written:N0} written ({WorkProgressBar.Bytes(outcome.WrittenBytes)}), "
                + $"{outcome.Deleted:N0} deleted");
    }

    private static object View(CheckoutOutcome outcome) => new
    {
        outcome.Branch, Commit = outcome.Commit?.ToString(), outcome.Written, outcome.Deleted, outcome.WrittenBytes,
    };
}
