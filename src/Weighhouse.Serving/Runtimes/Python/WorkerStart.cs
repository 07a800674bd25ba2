using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;
using Weighhouse.Kernel;
using Weighhouse.Registry;

namespace Weighhouse.Serving.Runtimes.Python;

/// <param name="Why">Why workers are not shut in; null when they are.</param>
internal sealed record IsolationState(string? Why);

/// <summary>Starts workers: a process, a connection that only it can make, and the model loaded in it.</summary>
internal sealed class WorkerStart(IdGenerator ids, TimeProvider time, ILogger<WorkerStart> logger)
{
    /// <summary>The only variables of the server that a worker gets: where libraries are, which devices, what time zone.</summary>
    private static readonly string ServerVersion = typeof(WorkerStart).Assembly.GetName().Version?.ToString(3) ?? "0";

    private static readonly string[] PassedOn = ["LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "TZ"];

    /// <summary>A worker with the model loaded.</summary>
    public Task<Result<Worker>> StartAsync(WorkerOrder order, CancellationToken cancellation) =>
        StartAsync(order, (started, token) => LoadAsync(order, started, token), cancellation);

    /// <summary>Why workers cannot be shut in here; null when they can. The error says why there is no worker at all.</summary>
    public Task<Result<IsolationState>> ProbeAsync(
        string interpreter, string program, PythonOptions options, CancellationToken cancellation)
    {
        var nothing = new PlacedModel(program, [], "", new ModelVersionId("", 1));
        return StartAsync<IsolationState>(
            new WorkerOrder(nothing, interpreter, program, IsIsolated: true, Threads: 1, options),
            (started, _) =>
            {
                using (started) return Task.FromResult<Result<IsolationState>>(new IsolationState(started.Hello.Isolation));
            },
            cancellation);
    }

    private async Task<Result<T>> StartAsync<T>(
        WorkerOrder order, Func<StartedProcess, CancellationToken, Task<Result<T>>> go, CancellationToken cancellation)
    {
        DirectoryInfo? folder = null;
        StartedProcess? started = null;
        try
        {
            // A folder for the owner alone; short, as the path of a socket has 107 bytes.
            folder = Directory.CreateTempSubdirectory("weigh-");
            var root = Path.Combine(folder.FullName, "root");
            WorkerProgram.MakeFolder(root);
            var settings = new WorkerSettings(
                Path.Combine(folder.FullName, "s"), ids.Hex32(), order.ProgramFolder, order.Model.Folder, root, order.IsIsolated,
                LimitsOf(order.Options));
            using var door = Listen(settings.Socket);
            started = new StartedProcess(Spawn(order), time);
            _ = ReadLinesAsync(started, order);
            await started.Process.StandardInput.WriteAsync(JsonSerializer.Serialize(settings, WorkerJson.Default.WorkerSettings) + "\n");
            await started.Process.StandardInput.FlushAsync(cancellation);
            if (await GreetAsync(order, started, door, settings.Token, cancellation) is { } refused) return refused;
            using var patience = new Patience(order.Options.LoadTimeout, time, cancellation);
            var gone = await go(started, patience.Token);
            if (!gone.IsFailure) started = null;
            return gone;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return await ToldAsync(order, started!, $"was not ready within {order.Options.LoadTimeout.TotalSeconds:0.###} seconds");
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or SocketException or UnauthorizedAccessException
            or ArgumentException or JsonException)
        {
            return new Error(
                ErrorCode.Unavailable, $"A Python worker could not be started with {order.Interpreter}: {exception.Message}");
        }
        finally
        {
            started?.Dispose();
            if (folder is not null) Forget(folder);
        }
    }

    private static Socket Listen(string path)
    {
        var door = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        door.Bind(new UnixDomainSocketEndPoint(path));
        door.Listen(1);
        return door;
    }

    private static Process Spawn(WorkerOrder order)
    {
        var start = new ProcessStartInfo(order.Interpreter)
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = "/",
            StandardErrorEncoding = Encoding.UTF8,
        };
        // Isolated from the variables and packages of whoever started the server.
        foreach (var argument in new[] { "-I", "-B", "-X", "utf8", "-c", WorkerProgram.Start, order.ProgramFolder })
            start.ArgumentList.Add(argument);
        var kept = PassedOn.Select(name => (name, Value: start.Environment.TryGetValue(name, out var value) ? value : null))
            .Where(static pair => pair.Value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in kept) start.Environment[name] = value;
        start.Environment["PATH"] = "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = "/tmp";
        start.Environment["TMPDIR"] = "/tmp";
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var library in new[] { "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS" })
            start.Environment[library] = order.Threads.ToString(CultureInfo.InvariantCulture);
        return Process.Start(start) ?? throw new InvariantException("A process of its own is always started.");
    }

    /// <summary>Waits until the process has connected and proved that it is the one that was started.</summary>
    private async Task<Error?> GreetAsync(
        WorkerOrder order, StartedProcess started, Socket door, string token, CancellationToken cancellation)
    {
        using var patience = new Patience(order.Options.StartTimeout, time, cancellation);
        patience.EndWith(started.Process);
        try
        {
            var channel = new WorkerChannel(await door.AcceptAsync(patience.Token), order.Options.ReplyBytesMax);
            started.Channel = channel;
            if (!(await channel.ReceiveAsync(patience.Token)).TryGet(out var frame, out var error))
                return await ToldAsync(order, started, error.Message);
            using (frame)
            {
                if (Read(frame, WorkerJson.Default.WorkerHello) is not { } hello) return Silent("did not say who it is");
                started.Hello = hello;
            }

            return started.Hello.Token == token
                ? null
                : Error.Denied("What answered for the Python worker did not know its token.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return await ToldAsync(order, started, $"did not say hello within {order.Options.StartTimeout.TotalSeconds:0.###} seconds");
        }
    }

    private async Task<Result<Worker>> LoadAsync(WorkerOrder order, StartedProcess started, CancellationToken cancellation)
    {
        if (order.IsIsolated && started.Hello.Isolation is { } why)
            return new Error(ErrorCode.Unavailable, $"The Python worker could not be shut in: {why}.");
        var version = order.Model.Version;
        var words = JsonSerializer.SerializeToUtf8Bytes(
            new WorkerLoad(version.Model, version.Version.ToString(CultureInfo.InvariantCulture), ServerVersion),
            WorkerJson.Default.WorkerLoad);
        await started.Channel.TalkAsync(FrameKind.Load, 0, words, cancellation);
        if (!(await started.Channel.ReceiveAsync(cancellation)).TryGet(out var frame, out var error))
            return await ToldAsync(order, started, error.Message);
        using (frame)
        {
            if (frame.Kind is not FrameKind.Loaded)
            {
                var refusal = Read(frame, WorkerJson.Default.WorkerRefusal);
                return Error.Invalid($"Python cannot load the model: {PlainText.Cut(refusal?.Message ?? "it does not say why", 2_000)}.");
            }

            if (Read(frame, WorkerJson.Default.WorkerLoaded) is not { Flavour: not null, Inputs: not null, Outputs: not null } loaded)
                return Silent("did not say what it has loaded");
            WorkerLog.Started(
                logger, order.Model.Deployment, version, started.Process.Id, loaded.Flavour,
                started.Hello.Isolation is null ? "shut in" : "not shut in");
            return new Worker(started, loaded, order.Options, time);
        }
    }

    /// <summary>What a frame says; null for "null", and for what is not JSON of its kind.</summary>
    private static T? Read<T>(WorkerFrame frame, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(frame.Words, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static Error Silent(string what) =>
        new(ErrorCode.Unavailable, $"The Python worker {what}: it broke the protocol and was ended.");

    /// <summary>
    /// Whoever may see a deployment sees why it does not load. What the worker wrote may be anything, paths and data included: that is in
    /// the server's log alone.
    /// </summary>
    private async Task<Error> ToldAsync(WorkerOrder order, StartedProcess started, string otherwise)
    {
        var end = await started.EndAsync(otherwise);
        WorkerLog.NotReady(logger, order.Model.Deployment, order.Model.Version, started.Process.Id, end);
        var where = end.LastLines.Length == 0 ? "" : " The server's log has its last lines.";
        return new Error(ErrorCode.Unavailable, $"The Python worker {end.Reason}.{where}");
    }

    private static WorkerLimits LimitsOf(PythonOptions options) => new(
        options.MemoryBytesMax, options.ScratchBytesMax, options.ScratchBytesMax, options.OpenFilesMax, options.ProcessesMax,
        options.CpuSecondsMax, options.Nice);

    private static void Forget(DirectoryInfo folder)
    {
        try
        {
            folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The worker's root is mounted in a namespace of its own; where the system minds that, the empty folder stays.
        }
    }

    private async Task ReadLinesAsync(StartedProcess started, WorkerOrder order)
    {
        var id = started.Process.Id;
        try
        {
            await started.Tail.ReadAsync(
                started.Process.StandardError, line => WorkerLog.Said(logger, order.Model.Deployment, order.Model.Version, id, line));
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Its end is closed.
        }
    }
}
