using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh branch</c> and <c>weigh tag</c>.</summary>
internal static class RefCommands
{
    private static readonly Column<Ref>[] Columns =
    [
        new("NAME", static reference => reference.ShortName),
        new("COMMIT", static reference => reference.Commit.ToString()[..12]),
        new("UPDATED", static reference => Output.Time(reference.UpdatedMs)),
    ];

    public static Command Branch()
    {
        var name = new Argument<string?>("name") { Description = "The branch to make; none lists them", Arity = ArgumentArity.ZeroOrOne };
        var start = new Argument<string?>("start") { Description = "Where it begins [default: HEAD]", Arity = ArgumentArity.ZeroOrOne };
        var delete = new Option<bool>("--delete", "-d") { Description = "Delete the branch; its commits stay while the log of it is kept" };
        var move = new Option<string?>("--move", "-m") { Description = "Give the branch, or the present one, this name", HelpName = "NEW" };
        var force = new Option<bool>("--force", "-f") { Description = "Move a branch that exists" };
        var all = new Option<bool>("--all", "-a") { Description = "Also the branches of remotes" };
        return new Command("branch", "List, make, rename or delete branches") { name, start, delete, move, force, all }.InWorkspace(
            async context =>
        {
            var named = context.Parsed.GetValue(name);
            if (context.Get(move) is { } renamed)
            {
                var moved = await context.Workspace.RenameBranchAsync(named, renamed, context.Cancellation);
                return moved.IsFailure ? context.Fail(moved.Error)
                    : context.Said(new { Branch = renamed }, $"The branch is called {renamed} now");
            }

            if (named is not null)
            {
                return await SetAsync(
                    context, Ref.Heads + named, context.Get(delete) ? null : context.Parsed.GetValue(start) ?? "HEAD", context.Get(force),
                        "branch");
            }

            if (context.Get(delete)) return context.Fail(Kernel.Error.Invalid("Name the branch to delete: weigh branch --delete NAME"));
            return await ListAsync(context, context.Get(all) ? [Ref.Heads, "remotes/"] : [Ref.Heads], "No branch has a commit yet");
        }).WithExamples(
            ("weigh branch", "list them"),
            ("weigh branch exp v1", "begin one at v1 without going there"),
            ("weigh branch --delete exp", "delete one"));
    }

    public static Command Tag()
    {
        var name = new Argument<string?>("name") { Description = "The tag to make; none lists them", Arity = ArgumentArity.ZeroOrOne };
        var revision = new Argument<string?>("revision") { Description = "What to tag [default: HEAD]", Arity = ArgumentArity.ZeroOrOne };
        var delete = new Option<bool>("--delete", "-d") { Description = "Delete the tag" };
        var force = new Option<bool>("--force", "-f") { Description = "Replace a tag that exists" };
        return new Command("tag", "List, make or delete tags: names that do not move") { name, revision, delete, force }.InWorkspace(
            async context =>
        {
            if (context.Parsed.GetValue(name) is { } named)
            {
                return await SetAsync(
                    context, Ref.Tags + named, context.Get(delete) ? null : context.Parsed.GetValue(revision) ?? "HEAD",
                        context.Get(force), "tag");
            }

            return context.Get(delete)
                ? context.Fail(Kernel.Error.Invalid("Name the tag to delete: weigh tag --delete NAME"))
                : await ListAsync(context, [Ref.Tags], "No tags");
        }).WithExamples(("weigh tag v1", "name the last commit"), ("weigh tag best 3f2a9c", "name another one"));
    }

    private static async Task<int> SetAsync(WorkspaceContext context, string reference, string? revision, bool force, string what)
    {
        var set = await context.Workspace.SetRefAsync(reference, revision, force, context.Cancellation);
        if (!set.TryGet(out var made, out var error)) return context.Fail(error);
        var name = reference[(reference.IndexOf('/') + 1)..];
        return context.Said(
            new { Name = reference, Commit = made?.Commit.ToString(), Deleted = revision is null },
            revision is null ? $"Deleted the {what} {name}, which was at {made?.Commit.ToString()[..12]}"
                : $"The {what} {name} is at {made?.Commit.ToString()[..12]}");
    }

    private static async Task<int> ListAsync(WorkspaceContext context, string[] prefixes, string whenEmpty)
    {
        var found = new List<Ref>();
        foreach (var prefix in prefixes)
        {
            var read = await context.Workspace.RefsAsync(prefix, context.Cancellation);
            if (!read.TryGet(out var refs, out var error)) return context.Fail(error);
            found.AddRange(refs);
        }

        if (context.Output.Format is OutputFormat.Table) context.Output.List(found, Columns, whenEmpty);
        else
        {
            context.Output.List<object>(
                [.. found.Select(static reference => new { reference.Name, Commit = reference.Commit.ToString(), reference.UpdatedMs,
                    reference.UpdatedBy })],
                [], whenEmpty);
        }

        return ExitCode.Success;
    }
}
