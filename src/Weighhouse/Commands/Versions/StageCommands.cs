using System.CommandLine;
using Weighhouse.Commands.Shared;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh add</c>, <c>rm</c>, <c>mv</c>: what the next commit holds.</summary>
internal static class StageCommands
{
    public static Command Add()
    {
        var paths = new Argument<string[]>("paths") { Description = "Files and folders", Arity = ArgumentArity.OneOrMore };
        var force = new Option<bool>("--force", "-f") { Description = "Also what .weighignore leaves out" };
        return new Command("add", "Stage files, as they are now, for the next commit") { paths, force }.InWorkspace(async context =>
        {
            using var bar = new WorkProgressBar(context.Quiet);
            var added = await context.Workspace.AddAsync(
                context.Paths(paths), context.From, context.Get(force), bar.Progress, context.Cancellation);
            bar.Dispose();
            return added.TryGet(out var count, out var error)
                ? context.Said(new { Staged = count }, $"{count:N0} {(count == 1 ? "path" : "paths")} staged")
                : context.Fail(error);
        }).WithExamples(
            ("weigh add train.csv labels/", "only these go into the next commit"),
            ("weigh add .", "the whole folder; 'weigh commit' alone does the same"));
    }

    public static Command Remove()
    {
        var paths = new Argument<string[]>("paths") { Description = "Tracked files and folders", Arity = ArgumentArity.OneOrMore };
        var keep = new Option<bool>("--cached") { Description = "Keep the files in the folder" };
        var force = new Option<bool>("--force", "-f") { Description = "Also files with changes that no commit holds" };
        return new Command("rm", "Take files out of the folder and of the next commit") { paths, keep, force }.InWorkspace(async context =>
        {
            var removed = await context.Workspace.RemoveAsync(
                context.Paths(paths), context.From, context.Get(keep), context.Get(force), context.Cancellation);
            return removed.TryGet(out var count, out var error)
                ? context.Said(new { Removed = count }, $"{count:N0} {(count == 1 ? "path" : "paths")} removed; earlier commits keep them")
                : context.Fail(error);
        }).WithExamples(("weigh rm --cached secrets.json", "stop versioning a file and keep it"));
    }

    public static Command Move()
    {
        var source = new Argument<string>("source") { Description = "A tracked file or folder" };
        var target = new Argument<string>("target") { Description = "Its new name, or the folder to put it into" };
        var force = new Option<bool>("--force", "-f") { Description = "Replace what is there" };
        return new Command("mv", "Rename a file or folder here and in the next commit") { source, target, force }.InWorkspace(
            async context =>
        {
            var moved = await context.Workspace.MoveAsync(
                context.Get(source), context.Get(target), context.From, context.Get(force), context.Cancellation);
            return moved.TryGet(out var count, out var error)
                ? context.Said(new { Moved = count }, $"{count:N0} {(count == 1 ? "path" : "paths")} moved")
                : context.Fail(error);
        }).WithExamples(("weigh mv data/raw.csv data/train.csv", "its content is not stored again"));
    }
}
