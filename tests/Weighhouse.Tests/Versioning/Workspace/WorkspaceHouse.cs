using Weighhouse.Kernel;
using Weighhouse.TestKit;
using Weighhouse.Versioning;

namespace Weighhouse.Tests.Versioning.Workspace;

/// <summary>A workspace in a folder of its own.</summary>
internal sealed class WorkspaceHouse : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public WorkspaceHouse(string? records = null)
    {
        Root = _folder["work"];
        Workspace = VersioningModule.CreateWorkspace(
            Root, records is null ? null : _folder[records], "main", TimeProvider.System, IdGenerator.Secure, Variables).Value;
    }

    public string Root { get; }

    public IWorkspace Workspace { get; }

    public string this[string path] => Path.Combine(Root, path);

    public string Beside(string name) => _folder[name];

    public static string? Variables(string name) => name == "WEIGH_AUTHOR_NAME" ? "Tester" : null;

    public void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(this[path])!);
        File.WriteAllText(this[path], content);
    }

    public async Task<CommitOutcome> CommitAsync(string message, params string[] paths) => Ok(await TryCommitAsync(message, paths));

    public ValueTask<Result<CommitOutcome>> TryCommitAsync(string message, params string[] paths) => Workspace.CommitAsync(
        new CommitRequest(message, Paths: paths), Root, new WorkProgress(), TestContext.Current.CancellationToken);

    public async Task<CheckoutOutcome> SwitchAsync(string target, bool force = false) => Ok(await TrySwitchAsync(target, force));

    public ValueTask<Result<CheckoutOutcome>> TrySwitchAsync(string target, bool force = false) => Workspace.SwitchAsync(
        new SwitchRequest(target, null, force, null, Root), new WorkProgress(), TestContext.Current.CancellationToken);

    public async Task CreateBranchAsync(string name) => Ok(await Workspace.SwitchAsync(
        new SwitchRequest(null, name, false, null, Root), new WorkProgress(), TestContext.Current.CancellationToken));

    public async Task<WorkspaceStatus> StatusAsync() => Ok(await Workspace.StatusAsync(TestContext.Current.CancellationToken));

    public async Task<int> AddAsync(params string[] paths) => Ok(await Workspace.AddAsync(
        paths, Root, force: false, new WorkProgress(), TestContext.Current.CancellationToken));

    public async Task ExportAsync(string revision, string to) => Ok(await Workspace.RestoreAsync(
        new RestoreRequest([], Root, revision, To: to), new WorkProgress(), TestContext.Current.CancellationToken));

    public async Task<CheckoutOutcome> RestoreAsync(string path, string? source = null, bool staged = false) =>
        Ok(await Workspace.RestoreAsync(
        new RestoreRequest([path], Root, source, staged), new WorkProgress(), TestContext.Current.CancellationToken));

    public void Dispose() => _folder.Dispose();

    public static T Ok<T>(Result<T> result) => result.TryGet(out var value, out var error) ? value
        : throw new InvalidOperationException(error.ToString());
}
