using Weighhouse.Client;
using Weighhouse.Commands.Shared;
using Weighhouse.Kernel;

namespace Weighhouse.Commands.Registry;

/// <summary>A file or a folder of this machine that becomes a version.</summary>
internal static class ModelFiles
{
    private const int FilesMax = 100_000;
    private const int AtOnce = 4;

    /// <summary>What versions a folder, which is no part of it.</summary>
    private static readonly string[] Foreign = [".git", ".weigh"];

    /// <summary>The files by their paths in the version.</summary>
    public static Result<IReadOnlyList<(string Path, string File)>> Find(string place)
    {
        if (File.Exists(place)) return Done.Ok.Map<IReadOnlyList<(string, string)>>(_ => [(Path.GetFileName(place), place)]);
        if (!Directory.Exists(place)) return Error.NotFound($"There is no file or folder '{place}'.");
        var root = Path.GetFullPath(place);
        var found = new List<(string, string)>();
        var waiting = new Stack<string>([root]);
        while (waiting.TryPop(out var folder))
        {
            foreach (var file in Directory.EnumerateFiles(folder))
            {
                found.Add((Path.GetRelativePath(root, file).Replace('\\', '/'), file));
                if (found.Count > FilesMax)
                {
                    return Error.Invalid(
                        $"'{place}' has more than {FilesMax} files, the limit of a version: it is a data set rather than a model. "
                        + "See 'weigh init'.");
                }
            }

            foreach (var below in Directory.EnumerateDirectories(folder))
            {
                if (Foreign.Contains(Path.GetFileName(below))) continue;
                // A link may lead back to where it is.
                if (new DirectoryInfo(below).LinkTarget is not null)
                    return Error.Invalid($"'{below}' is a link to a folder. Put the folder itself there.");
                waiting.Push(below);
            }
        }

        if (found.Count == 0) return Error.Invalid($"'{place}' has no files.");
        found.Sort(static (one, other) => string.CompareOrdinal(one.Item1, other.Item1));
        return found;
    }

    /// <summary>Sends the files. Returns the upload's name; what was begun and cannot be finished is given up.</summary>
    public static async Task<string> SendAsync(
        RemoteContext context, string model, long? experiment, IReadOnlyList<(string Path, string File)> files)
    {
        var upload = (await context.Client.Models.BeginUploadAsync(model, experiment, context.Cancellation)).Upload;
        try
        {
            using var progress = new ProgressLine("files");
            var sent = 0;
            await Parallel.ForEachAsync(
                files,
                new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = context.Cancellation },
                async (file, cancellation) =>
                {
                    await using var content = new FileStream(
                        file.File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20, FileOptions.Asynchronous);
                    await context.Client.Models.UploadAsync(model, upload, file.Path, content, cancellation);
                    progress.Show(Interlocked.Increment(ref sent));
                });
            return upload;
        }
        catch (Exception exception) when (exception is WeighException or IOException or OperationCanceledException)
        {
            await ForgetAsync(context.Client, model, upload);
            throw;
        }
    }

    private static async Task ForgetAsync(WeighClient client, string model, string upload)
    {
        try
        {
            await client.Models.ForgetUploadAsync(model, upload, CancellationToken.None);
        }
        catch (WeighException)
        {
            // What made the sending fail is what has to be told.
        }
    }
}
