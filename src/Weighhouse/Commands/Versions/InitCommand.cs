using System.CommandLine;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary><c>weigh init</c>.</summary>
internal static class InitCommand
{
    public static Command Create()
    {
        var folder = new Argument<string?>("folder")
        {
            Description = "The folder to version [default: the current one]", Arity = ArgumentArity.ZeroOrOne,
        };
        var store = new Option<string?>("--store")
        {
            Description = "Keep history and state in this folder instead of .weigh (WEIGH_DIR then names it from anywhere)",
                HelpName = "DIR",
        };
        var branch = new Option<string>("--branch", "-b") { Description = "The first branch", DefaultValueFactory = _ => "main",
            HelpName = "NAME" };
        return new Command("init", "Begin to version a folder") { folder, store, branch }.WithFolder(context =>
        {
            var root = Path.GetFullPath(context.Parsed.GetValue(folder) ?? ".", context.From);
            var records = context.Get(store) is { } given ? Path.GetFullPath(given, context.From) : null;
            var made = VersioningModule.CreateWorkspace(
                root, records, context.Get(branch)!, TimeProvider.System, IdGenerator.Secure, Environment.GetEnvironmentVariable);
            if (!made.TryGet(out var workspace, out var error)) return Task.FromResult(context.Fail(error));
            return Task.FromResult(context.Said(
                new { workspace.Root, workspace.Records },
                $"{workspace.Root} is versioned now, with its history in {workspace.Records}. Next: weigh commit -m \"the first\""));
        }).WithExamples(
            ("weigh init", "version the current folder"),
            ("weigh init --store /srv/history/images images", "keep the history of images on another disk"));
    }
}
