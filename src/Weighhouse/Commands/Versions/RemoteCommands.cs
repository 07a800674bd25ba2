using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary>
/// <c>weigh remote</c>, <c>fetch</c>, <c>pull</c>, <c>push</c>, <c>clone</c>: servers and other workspaces with the same history.
/// </summary>
internal static class RemoteCommands
{
    private static readonly Argument<string?> Remote = new("remote")
    {
        Description = "Which [default: the only one there is, or origin]", Arity = ArgumentArity.ZeroOrOne,
    };

    public static Command Remotes()
    {
        var name = new Argument<string>("name") { Description = "What to call it" };
        var address = new Argument<string>("address")
        {
            Description = "A repository of a server, http://HOST:5000/repos/NAME; or a workspace's folder",
        };
        return new Command("remote", "Servers and workspaces to exchange commits with")
            .With(new Command("add", "Name one") { name, address }.InWorkspace(
                context => ChangeAsync(context, context.Get(name), context.Get(address))))
            .With(new Command("remove", "Forget one; what was fetched stays") { name }.InWorkspace(
                context => ChangeAsync(context, context.Get(name), null)))
            .With(new Command("list", "List them").InWorkspace(async context =>
            {
                var listed = await context.Workspace.RemotesAsync(context.Cancellation);
                if (!listed.TryGet(out var remotes, out var error)) return context.Fail(error);
                context.Output.List(
                    [.. remotes.Select(static remote => new { Name = remote.Key, Address = remote.Value })],
                    [new("NAME", static remote => remote.Name), new("ADDRESS", static remote => remote.Address)], "No remotes");
                return ExitCode.Success;
            }))
            .WithExamples(
                ("weigh remote add origin https://weigh.example.org/repos/images", "a server; the first push makes the repository"),
                ("weigh remote add disk /srv/share/images", "a workspace on a shared disk"));
    }

    public static Command Fetch() =>
        new Command("fetch", "Bring the branches and tags of a remote here, beside your own") { Remote }.InWorkspace(
        async context =>
        {
            using var bar = new WorkProgressBar(context.Quiet);
            var fetched = await context.Workspace.FetchAsync(context.Parsed.GetValue(Remote), bar.Progress, context.Cancellation);
            bar.Dispose();
            return Said(context, fetched, "from");
        }).WithExamples(("weigh fetch && weigh log main..origin/main", "what is new there?"));

    public static Command Pull()
    {
        var prefer = new Option<MergeChoice>("--prefer")
        {
            Description = "Where both sides changed the same: fail, or take ours or theirs", DefaultValueFactory = _ => MergeChoice.Fail,
        };
        return new Command("pull", "Fetch, then bring the remote's branch of the same name into the folder") { Remote,
            prefer }.InWorkspace(async context =>
        {
            using var bar = new WorkProgressBar(context.Quiet);
            var pulled = await context.Workspace.PullAsync(
                context.Parsed.GetValue(Remote), new MergeStrategy(context.Get(prefer)), bar.Progress, context.Cancellation);
            bar.Dispose();
            return pulled.TryGet(out var merged, out var error) ? MergeCommands.Said(context, merged, "weigh pull") : context.Fail(error);
        }).WithExamples(("weigh pull", "what the others did, into this folder"));
    }

    public static Command Push()
    {
        var names = new Argument<string[]>("names")
        {
            Description = "Branches and tags [default: the branch you are on]", Arity = ArgumentArity.ZeroOrMore,
        };
        var tags = new Option<bool>("--tags") { Description = "Also all tags" };
        var all = new Option<bool>("--all") { Description = "All branches" };
        var delete = new Option<bool>("--delete", "-d") { Description = "Delete the named branches and tags there" };
        var force = new Option<bool>("--force", "-f") { Description = "Overwrite branches there that have commits you lack" };
        return new Command("push", "Bring commits to a remote; only content that it lacks is copied") { Remote, names, all, tags, delete,
            force }.InWorkspace(
            async context =>
            {
                using var bar = new WorkProgressBar(context.Quiet);
                var request = new PushRequest(context.Parsed.GetValue(Remote), context.Get(names) ?? [], context.Get(tags),
                    context.Get(force), context.Get(all), context.Get(delete));
                var pushed = await context.Workspace.PushAsync(request, bar.Progress, context.Cancellation);
                bar.Dispose();
                return Said(context, pushed, "to");
            }).WithExamples(
                ("weigh push", "the present branch"),
                ("weigh push origin main v2", "a branch and a tag"),
                ("weigh push origin --delete exp", "a branch there that is done with"));
    }

    public static Command Clone()
    {
        var source = new Argument<string>("source")
        {
            Description = "A repository of a server, http://HOST:5000/repos/NAME; or a workspace's folder",
        };
        var target = new Argument<string?>("folder") { Description = "Where to [default: the source's name]",
            Arity = ArgumentArity.ZeroOrOne };
        var branch = new Option<string?>("--branch", "-b") { Description = "The branch, tag or commit to have there",
            HelpName = "REVISION" };
        var store = new Option<string?>("--store") { Description = "Keep history and state in this folder instead of .weigh",
            HelpName = "DIR" };
        var only = new Option<string[]>("--only")
        {
            Description = "Have only these folders and files in the folder", HelpName = "PATH", Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        return new Command("clone", "Make a workspace with the history of a repository or of another workspace") { source, target, branch,
            store, only }.WithFolder(async context =>
        {
            var from = AddressFrom(context, context.Get(source));
            // Where it comes from is asked first: a typing mistake must not leave a folder behind.
            var reached = await VersioningModule.ReachRemoteAsync(
                from, context.From, TimeProvider.System, IdGenerator.Secure, Environment.GetEnvironmentVariable, CredentialFile.Find,
                context.Cancellation);
            if (!reached.TryGet(out var name, out var error)) return context.Fail(error);
            var root = Path.GetFullPath(context.Parsed.GetValue(target) ?? name, context.From);
            var made = await MadeAsync(context, root, from, context.Get(store));
            if (!made.TryGet(out var workspace, out error)) return context.Fail(error);
            using var bar = new WorkProgressBar(context.Quiet);
            var cloned = await workspace.CloneAsync(from, context.Get(branch), context.Get(only) ?? [], bar.Progress, context.Cancellation);
            bar.Dispose();
            return cloned.TryGet(out var outcome, out error)
                ? SwitchCommands.Said(new WorkspaceContext(context, workspace), outcome)
                : context.Fail(error);
        }).WithExamples(
            ("weigh clone https://weigh.example.org/repos/images", "all of it, into ./images"),
            ("weigh clone /srv/share/images part --only train", "the history, and one folder of the files"));
    }

    /// <summary>A new workspace; or the one that a clone of the same source had begun when it was cut.</summary>
    private static async Task<Result<IWorkspace>> MadeAsync(FolderContext context, string root, string from, string? store)
    {
        if (!Directory.Exists(root) || !Directory.EnumerateFileSystemEntries(root).Any())
        {
            var records = store is null ? null : Path.GetFullPath(store, context.From);
            return VersioningModule.CreateWorkspace(
                root, records, "main", TimeProvider.System, IdGenerator.Secure, Environment.GetEnvironmentVariable, CredentialFile.Find);
        }

        var begun = VersioningModule.FindWorkspace(root, TimeProvider.System, IdGenerator.Secure, _ => null, CredentialFile.Find);
        if (begun.TryGet(out var workspace, out _) && workspace.Root == root)
        {
            var remotes = await workspace.RemotesAsync(context.Cancellation);
            var head = await workspace.ShowAsync("HEAD", context.Cancellation);
            if (remotes.TryGet(out var named, out _) && named.Values.Contains(from) && head.Error?.Code == ErrorCode.NotFound) return begun;
        }

        return Error.Exists($"{root} is not empty. Name another folder: weigh clone {from} FOLDER");
    }

    private static string AddressFrom(CommandContext context, string address) =>
        address.Contains("://", StringComparison.Ordinal) ? address.TrimEnd('/') : Path.GetFullPath(address, context.From);

    private static async Task<int> ChangeAsync(WorkspaceContext context, string name, string? address)
    {
        var full = address is null ? null : AddressFrom(context, address);
        var changed = await context.Workspace.ChangeRemoteAsync(name, full, context.Cancellation);
        return changed.IsFailure
            ? context.Fail(changed.Error)
            : context.Said(new { Name = name, Address = full }, full is null ? $"Forgot {name}" : $"{name} is {full}");
    }

    private static int Said(WorkspaceContext context, Result<RemoteOutcome> done, string direction)
    {
        if (!done.TryGet(out var outcome, out var error)) return context.Fail(error);
        var moved = outcome.Moved.Count == 0 ? "nothing new" : string.Join(", ", outcome.Moved);
        return context.Said(
            outcome,
            (outcome.IsNew ? "Made the repository. " : "")
                + $"{Amount.Of(outcome.Commits, "commit")}, {Amount.Of(outcome.Objects, "object")} "
                + $"({WorkProgressBar.Bytes(outcome.Bytes)}) {direction} {outcome.Remote}: {moved}");
    }
}
