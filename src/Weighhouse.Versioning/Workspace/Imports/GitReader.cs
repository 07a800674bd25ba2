using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weighhouse.Kernel;

namespace Weighhouse.Versioning.Workspace.Imports;

/// <param name="Mode">100644, 100755 for what is executable, 120000 for links, 160000 for submodules.</param>
internal readonly record struct GitFile(string Mode, string Object, string Path);

/// <summary>A Git repository, asked through <c>git</c>; paths are from the folder given.</summary>
internal sealed class GitReader(string folder) : IAsyncDisposable
{
    private const char FieldEnd = '\u001f';

    private Process? _objects;

    public static bool IsIn(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
            if (Path.Exists(Path.Combine(at, ".git"))) return true;
        return false;
    }

    /// <summary>The folder of Git's own files, shared by work trees.</summary>
    public async ValueTask<Result<string>> RecordsAsync(CancellationToken cancellation) =>
        (await RunAsync(["rev-parse", "--git-common-dir"], cancellation)).Map(text => Path.GetFullPath(text.TrimEnd('\n'), folder));

    /// <summary>First parents, the oldest first.</summary>
    public async ValueTask<Result<IReadOnlyList<ImportedState>>> HistoryAsync(
        string revision, bool onlyLast, CancellationToken cancellation)
    {
        var format = string.Join(FieldEnd, "--format=%H", "%an", "%ae", "%at", "%B");
        string[] limit = onlyLast ? ["--max-count=1"] : [];
        var read = await RunAsync(
            ["log", "-z", "--first-parent", "--reverse", format, .. limit, "--end-of-options", revision, "--"], cancellation);
        if (!read.TryGet(out var text, out var error)) return error;
        var states = new List<ImportedState>();
        foreach (var record in text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (record.Split(FieldEnd, 5) is not [var commit, var name, var email, var seconds, var message]
                || !long.TryParse(seconds, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time))
                return Error.Invalid($"git log answered what is no commit: '{PlainText.Cut(record, 80)}'.");
            var subject = message.Trim().Length > 0 ? message.TrimEnd() : "(no message)";
            var author = new CommitAuthor(name.Trim().Length > 0 ? name.Trim() : "unknown", email.Trim());
            states.Add(new ImportedState(commit, author, Math.Max(0, time) * 1_000, subject));
        }

        return states;
    }

    public async ValueTask<Result<IReadOnlyList<GitFile>>> FilesAsync(string commit, CancellationToken cancellation)
    {
        // Paths may be of any bytes: what is no UTF-8 reads as U+FFFD.
        if (!(await RunAsync(["ls-tree", "-r", "-z", commit], cancellation)).TryGet(out var text, out var error)) return error;
        var files = new List<GitFile>();
        foreach (var line in text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split('\t', 2) is not [var facts, var path] || facts.Split(' ') is not [var mode, _, var id])
                return Error.Invalid($"git ls-tree answered what is no file: '{PlainText.Cut(line, 80)}'.");
            if (path.Contains('\ufffd', StringComparison.Ordinal))
                return Error.Invalid($"The name '{path}' is not UTF-8. Rename it in Git, or import a later revision with --only-last.");
            files.Add(new GitFile(mode, id, path));
        }

        return files;
    }

    /// <summary>Hands the content of an object on, with its size.</summary>
    public async ValueTask<Result<T>> ReadAsync<T>(
        string id, Func<long, Stream, ValueTask<Result<T>>> use, CancellationToken cancellation)
    {
        _objects ??= Start(["cat-file", "--batch"], keepsInput: true);
        var (input, output) = (_objects.StandardInput.BaseStream, _objects.StandardOutput.BaseStream);
        await input.WriteAsync(Encoding.ASCII.GetBytes(id + "\n"), cancellation);
        await input.FlushAsync(cancellation);
        var head = await ReadLineAsync(output, cancellation);
        if (head.Split(' ') is not [_, "blob", var length] || !long.TryParse(length, out var size))
            return Error.NotFound($"Git has no content {id}: {head}. Fetch the whole repository first: git fetch --unshallow.");
        var content = new BoundedStream(output, size);
        var used = await use(size, content);
        await content.SkipAsync(cancellation);
        // A line end follows the content.
        await output.ReadExactlyAsync(new byte[1], cancellation);
        return used;
    }

    public async ValueTask DisposeAsync()
    {
        if (_objects is null) return;
        _objects.StandardInput.Close();
        if (!_objects.HasExited) _objects.Kill(entireProcessTree: true);
        await _objects.WaitForExitAsync(CancellationToken.None);
        _objects.Dispose();
    }

    private async ValueTask<Result<string>> RunAsync(string[] arguments, CancellationToken cancellation)
    {
        using var git = Start(arguments, keepsInput: false);
        try
        {
            var errors = git.StandardError.ReadToEndAsync(cancellation);
            var output = await git.StandardOutput.ReadToEndAsync(cancellation);
            var said = await errors;
            await git.WaitForExitAsync(cancellation);
            return git.ExitCode == 0 ? output : Error.Invalid($"git {arguments[0]} in {folder}: {said.Trim()}");
        }
        finally
        {
            if (!git.HasExited) git.Kill(entireProcessTree: true);
        }
    }

    private Process Start(string[] arguments, bool keepsInput)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = !keepsInput, StandardOutputEncoding = new UTF8Encoding(false),
        };
        try
        {
            var git = Process.Start(start) ?? throw new Win32Exception("it did not start");
            if (!keepsInput) git.StandardInput.Close();
            return git;
        }
        catch (Win32Exception exception)
        {
            throw new VersioningException(Error.Precondition($"git cannot be run: {exception.Message}. Install it, and have it on PATH."));
        }
    }

    private static async ValueTask<string> ReadLineAsync(Stream output, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await output.ReadAsync(one, cancellation) > 0 && one[0] != (byte)'\n') line.Append((char)one[0]);
        return line.ToString();
    }
}
