using System.Text;
using Weighhouse.Kernel;
using Weighhouse.Versioning;
using static Weighhouse.Tests.Versioning.Workspace.WorkspaceHouse;

namespace Weighhouse.Tests.Versioning.Workspace.Imports;

public sealed class ImportTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_DVC_tracks_becomes_a_commit_of_the_same_files()
    {
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        project.Track("data/train.csv", project.Cache("a,b\n"u8.ToArray()));
        project.Track("images", project.CacheFolder(("1.png", "one"), ("more/2.png", "two"), ("more/数.png", "three")));
        project.Track("run.sh", project.Cache("#!/bin/sh\n"u8.ToArray()), "  isexec: true\n");
        project.Write("old.txt.dvc", $"outs:\n- md5: {project.CacheOld("x\r\ny\r\n")}\n  path: old.txt\n");
        var aside = project.Cache("aside"u8.ToArray());
        project.Write("nested/aside.dvc", $"wdir: ../elsewhere\nouts:\n- md5: {aside}\n  hash: md5\n  path: a.txt\n");
        var (model, scores) = (project.Cache("model"u8.ToArray()), project.Cache("scores"u8.ToArray()));
        project.Write(
            "pipe/dvc.yaml",
            "stages:\n  train:\n    cmd: x\n    wdir: out\n    outs: [model.pkl]\n  score:\n    foreach: [a]\n    do: {cmd: y}\n");
        project.Write(
            "pipe/dvc.lock",
            $"schema: '2.0'\nstages:\n  train:\n    cmd: x\n    deps:\n    - path: gone\n      md5: {new string('0', 32)}\n    outs:\n"
            + $"    - path: model.pkl\n      hash: md5\n      md5: {model}\n      size: 5\n  score@a:\n    cmd: y\n    outs:\n"
            + $"    - path: scores/a.json\n      hash: md5\n      md5: {scores}\n");
        project.Write(".dvc/tmp/ignored.dvc", "outs: []\n");

        var outcome = await ImportAsync(house, ImportKind.Dvc, project.Root, "dvc");

        Assert.Equal((1, 0L), (outcome.Commits, outcome.Missing));
        await house.SwitchAsync("dvc");
        (string, string)[] expected =
        [
            ("data/train.csv", "a,b\n"), ("elsewhere/a.txt", "aside"), ("images/1.png", "one"), ("images/more/2.png", "two"),
            ("images/more/数.png", "three"), ("old.txt", "x\r\ny\r\n"), ("pipe/out/model.pkl", "model"), ("pipe/scores/a.json", "scores"),
            ("run.sh", "#!/bin/sh\n"),
        ];
        Assert.Equal(expected, Files(house));
        if (!OperatingSystem.IsWindows())
            Assert.True(File.GetUnixFileMode(house["run.sh"]).HasFlag(UnixFileMode.UserExecute));
        // Nothing has changed since.
        await house.CreateBranchAsync("mine");
        Assert.Equal(0, (await ImportAsync(house, ImportKind.Dvc, project.Root, "dvc")).Commits);
    }

    [Fact]
    public async Task Gits_commits_that_changed_tracked_files_become_commits_and_later_ones_are_added()
    {
        Assert.SkipWhen(DvcProject.Git.IsAbsent, DvcProject.Git.WhyAbsent);
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        await project.GitAsync("init", "-q", "-b", "main");
        project.Write(".gitignore", "/.dvc/cache\n/.dvc/.gitconfig\n/train.csv\n");
        project.Write("code.py", "print(1)");
        await project.CommitAsync("only code");
        project.Track("train.csv", project.Cache("first"u8.ToArray()));
        var first = await project.CommitAsync("track the data\n\nand say why");
        project.Write("code.py", "print(2)");
        await project.CommitAsync("only code again");
        // A metric that DVC leaves to Git is in no cache.
        project.Write("metrics.json", "{\"f1\": 0.5}");
        project.Write(
            "dvc.lock",
            "schema: '2.0'\nstages:\n  train:\n    cmd: x\n    outs:\n    - path: metrics.json\n      hash: md5\n"
            + $"      md5: {new string('1', 32)}\n      size: 1\n");
        project.Track("train.csv", project.Cache("second"u8.ToArray()));
        await project.CommitAsync("more data");

        Assert.Equal(2, (await ImportAsync(house, ImportKind.Dvc, project.Root, "dvc")).Commits);

        var log = await LogAsync(house, "dvc");
        Assert.Equal(["more data", "track the data\n\nand say why"], log.Select(named => named.Commit.Message));
        Assert.Equal((first, "Ann", "ann@example.org", 1_714_979_289_000L), (
            log[1].Commit.Facts["git.commit"], log[1].Commit.Author.Name, log[1].Commit.Author.Email, log[1].Commit.TimeMs));
        await house.SwitchAsync("dvc");
        Assert.Equal([("metrics.json", "{\"f1\": 0.5}"), ("train.csv", "second")], Files(house));

        project.Track("train.csv", project.Cache("third"u8.ToArray()));
        await project.CommitAsync("and more");
        var refused = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc"));
        Assert.Equal(ErrorCode.FailedPrecondition, refused.Error?.Code);
        await house.CreateBranchAsync("mine");
        var added = await ImportAsync(house, ImportKind.Dvc, project.Root, "dvc");
        Assert.Equal((1, 2L), (added.Commits, added.Files));
        Assert.Equal(3, (await LogAsync(house, "dvc")).Count);
        var last = Ok(await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "last", OnlyLast: true)));
        Assert.Equal(1, last.Commits);
        Assert.Single(await LogAsync(house, "last"));
    }

    [Fact]
    public async Task Files_of_Git_LFS_are_taken_out_of_its_store()
    {
        Assert.SkipWhen(DvcProject.Git.IsAbsent || DvcProject.GitLfs.IsAbsent, DvcProject.GitLfs.WhyAbsent);
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        await project.GitAsync("init", "-q", "-b", "main");
        await project.GitAsync("lfs", "install", "--local");
        project.Write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n");
        project.Write(".gitignore", "/.dvc\n");
        project.Write("weights.bin", new string('w', 100_000));
        project.Write("code.py", "print(1)");
        await project.CommitAsync("first");
        project.Write("weights.bin", new string('v', 100_000));
        await project.CommitAsync("second");

        var outcome = await ImportAsync(house, ImportKind.Git, project.Root, "git");

        Assert.Equal((2, 5L), (outcome.Commits, outcome.Files));
        await house.SwitchAsync("git");
        Assert.Equal(new string('v', 100_000), File.ReadAllText(house["weights.bin"]));
        await house.SwitchAsync((await LogAsync(house, "git"))[1].Id.ToString());
        Assert.Equal(new string('w', 100_000), File.ReadAllText(house["weights.bin"]));
        Assert.Equal("print(1)", File.ReadAllText(house["code.py"]));
        Directory.Delete(project[".git/lfs/objects"], recursive: true);
        var missing = await TryImportAsync(house, new ImportRequest(ImportKind.Git, project.Root, "again"));
        Assert.Contains("git lfs fetch --all", missing.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_is_missing_or_damaged_is_told_with_its_cure()
    {
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        project.Track("here", project.Cache("here"u8.ToArray()));
        project.Track("gone", new string('a', 32));
        var missing = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc"));
        Assert.Equal(ErrorCode.FailedPrecondition, missing.Error?.Code);
        Assert.Contains("'gone'", missing.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("dvc fetch --all-commits", missing.Error.Message, StringComparison.Ordinal);
        Assert.Empty(Ok(await house.Workspace.RefsAsync("heads/", Cancellation)));

        project.Track("gone", project.CacheAs(new string('a', 32), "not that"u8.ToArray()));
        var damaged = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc", SkipMissing: true));
        Assert.Equal(ErrorCode.Corrupted, damaged.Error?.Code);

        File.Delete(project[$".dvc/cache/files/md5/aa/{new string('a', 30)}"]);
        var skipped = Ok(await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc", SkipMissing: true)));
        Assert.Equal((1, 1L), (skipped.Commits, skipped.Missing));
        await house.SwitchAsync("dvc");
        Assert.Equal([("here", "here")], Files(house));
    }

    [Theory]
    [InlineData("outs:\n- md5: MD5\n  hash: md5\n  path: ../../outside\n")]
    [InlineData("wdir: ../..\nouts:\n- md5: MD5\n  hash: md5\n  path: outside\n")]
    [InlineData("outs:\n- md5: MD5\n  hash: md5\n  path: /etc/passwd\n")]
    [InlineData("outs:\n- md5: MD5\n  hash: md5\n  path: .\n")]
    [InlineData("outs:\n- md5: MD5\n  hash: md5\n  path: .git/hooks/post-checkout\n")]
    [InlineData("outs:\n- md5: MD5\n  hash: md5\n  path: .weigh/head\n")]
    [InlineData("outs:\n- md5: ../../../../../../../etc/passw\n  hash: md5\n  path: a\n")]
    [InlineData("outs:\n- md5: MD5\n  hash: md5\n")]
    [InlineData("outs: &a [*a]\n")]
    [InlineData("outs: [")]
    [InlineData("a: &x [1]\nouts: [*x, *x]\n")]
    public async Task Hostile_descriptions_are_refused_and_change_nothing(string description)
    {
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        project.Write("bad.dvc", description.Replace("MD5", project.Cache("x"u8.ToArray()), StringComparison.Ordinal));
        var refused = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc", SkipMissing: true));
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
        Assert.Empty(Ok(await house.Workspace.RefsAsync("heads/", Cancellation)));
    }

    [Theory]
    [InlineData("""[{"md5": "MD5", "relpath": "../outside"}]""")]
    [InlineData("""[{"md5": "MD5", "relpath": "/outside"}]""")]
    [InlineData("""[{"md5": "MD5", "relpath": ""}]""")]
    [InlineData("""[{"md5": "MD5", "relpath": "a\u0000b"}]""")]
    [InlineData("""[{"md5": "MD5", "relpath": "a"}, {"md5": "MD5", "relpath": "a"}]""")]
    [InlineData("""[{"md5": "MD5", "relpath": "a"}, {"md5": "MD5", "relpath": "a/b"}]""")]
    [InlineData("""[{"relpath": "a"}]""")]
    [InlineData("""[1, 2]""")]
    [InlineData("""{"md5": "MD5"}""")]
    [InlineData("""[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]""")]
    [InlineData("""no JSON""")]
    public async Task Hostile_lists_of_folders_are_refused_and_change_nothing(string list)
    {
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        var content = Encoding.UTF8.GetBytes(list.Replace("MD5", project.Cache("x"u8.ToArray()), StringComparison.Ordinal));
        project.Track("folder", project.Cache(content, ".dir"));
        var refused = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc", SkipMissing: true));
        Assert.True(refused.Error?.Code is ErrorCode.InvalidArgument or ErrorCode.Corrupted, refused.Error?.ToString());
        Assert.Empty(Ok(await house.Workspace.RefsAsync("heads/", Cancellation)));
    }

    [Fact]
    public async Task A_description_of_endless_depth_is_refused()
    {
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        project.Write("bad.dvc", "outs: " + new string('[', 200_000));
        var refused = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc"));
        Assert.Equal(ErrorCode.InvalidArgument, refused.Error?.Code);
    }

    [Fact]
    public async Task What_is_no_repository_is_told_so()
    {
        using var project = new DvcProject();
        using var house = new WorkspaceHouse();
        Directory.Delete(project[".dvc"]);
        var none = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project.Root, "dvc"));
        Assert.Equal(ErrorCode.NotFound, none.Error?.Code);
        var gone = await TryImportAsync(house, new ImportRequest(ImportKind.Dvc, project["nowhere"], "dvc"));
        Assert.Equal(ErrorCode.NotFound, gone.Error?.Code);
        Assert.SkipWhen(DvcProject.Git.IsAbsent, DvcProject.Git.WhyAbsent);
        var option = await TryImportAsync(house, new ImportRequest(ImportKind.Git, project.Root, "git", Revision: "--output=/tmp/x"));
        Assert.Equal(ErrorCode.InvalidArgument, option.Error?.Code);
    }

    private static async Task<ImportOutcome> ImportAsync(WorkspaceHouse house, ImportKind kind, string source, string branch) =>
        Ok(await TryImportAsync(house, new ImportRequest(kind, source, branch)));

    private static ValueTask<Result<ImportOutcome>> TryImportAsync(WorkspaceHouse house, ImportRequest request) =>
        house.Workspace.ImportAsync(request, house.Root, new WorkProgress(), Cancellation);

    private static async Task<IReadOnlyList<NamedCommit>> LogAsync(WorkspaceHouse house, string revision) => Ok(
        await house.Workspace.LogAsync(new WorkspaceLogQuery(revision, null, null, house.Root, false, 100, null), Cancellation)).Items;

    private static (string Path, string Text)[] Files(WorkspaceHouse house) =>
    [
        .. Directory.EnumerateFiles(house.Root, "*", SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(house.Root, path), Text: path))
            .Where(file => !file.Item1.StartsWith(".weigh"))
            .OrderBy(file => file.Item1, StringComparer.Ordinal)
            .Select(file => (file.Item1, File.ReadAllText(file.Text))),
    ];
}
