using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Weighhouse.Client;
using Weighhouse.Data;
using Weighhouse.Settings;

namespace Weighhouse.Commands.Doctor;

/// <summary>The checks of <c>weigh doctor</c>. None changes anything, except that the directory check makes and removes a file.</summary>
internal static class Examination
{
    private const long FreeBytesFew = 5L << 30;
    private const long FreeBytesTooFew = 200L << 20;
    private const int ClockSkewSecondsMax = 120;

    public static async Task<IReadOnlyList<Finding>> RunAsync(ServerSettings settings, TimeProvider time, CancellationToken cancellation)
    {
        var isUp = await IsWeighhouseAsync(settings, cancellation);
        return
        [
            new Finding(
            "program", Verdict.Good, $"weigh {ProgramVersion.Text}, .NET {Environment.Version}, {RuntimeInformation.OSDescription}, "
            + $"{RuntimeInformation.OSArchitecture}"),
            new Finding("machine", Verdict.Good,
            $"{Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB memory"),
            new Finding("sqlite", Verdict.Good, SqliteLibrary.Describe()),
            OnnxExamination.Check(),
            await PythonExamination.CheckAsync(settings.Python, time, cancellation),
            CheckClock(time),
            CheckFolder(settings.DataFolder, isUp),
            CheckDisk(settings.DataFolder),
            CheckPort("port", settings.Listen, settings.Port, isUp),
            .. settings.GrpcPort is { } port ? [CheckPort("gRPC port", settings.Listen, port, isUp)] : (ReadOnlySpan<Finding>)[],
            await CheckDatabaseAsync(settings, cancellation),
            await StoreExamination.CheckAsync(settings, cancellation),
        ];
    }

    private static Finding CheckClock(TimeProvider time)
    {
        var built = File.GetLastWriteTimeUtc(Path.Combine(AppContext.BaseDirectory, "weigh.dll"));
        var now = time.GetUtcNow().UtcDateTime;
        return now < built.AddSeconds(-ClockSkewSecondsMax)
            ? new Finding("clock", Verdict.Bad, $"{now:u} is before this program was built",
            "set the clock: tokens and sessions would never expire, or at once")
            : new Finding("clock", Verdict.Good, $"{now:u}");
    }

    private static Finding CheckFolder(string folder, bool isUp)
    {
        var probe = Path.Combine(folder, ".doctor");
        try
        {
            var existed = Directory.Exists(folder);
            if (!existed) return CheckParent(folder);
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            return new Finding("data directory", Verdict.Good, folder + (isUp ? " (a server is running)" : ""));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Finding("data directory", Verdict.Bad, $"{folder}: {exception.Message}",
                "give this user write permission, or name another with --data");
        }
    }

    private static Finding CheckParent(string folder)
    {
        var parent = Path.GetDirectoryName(folder);
        while (parent is not null && !Directory.Exists(parent)) parent = Path.GetDirectoryName(parent);
        return new Finding("data directory", Verdict.Good, $"{folder} does not exist yet; it would be made in {parent}");
    }

    private static Finding CheckDisk(string folder)
    {
        var existing = folder;
        while (!Directory.Exists(existing) && Path.GetDirectoryName(existing) is { } parent) existing = parent;
        var free = new DriveInfo(existing).AvailableFreeSpace;
        var found = $"{free / (double)(1 << 30):F1} GiB free";
        return free < FreeBytesTooFew
            ? new Finding("disk", Verdict.Bad, found, "make room: nothing more could be written")
            : free < FreeBytesFew
            ? new Finding("disk", Verdict.Warning, found, "make room before artifacts fill it")
            : new Finding("disk", Verdict.Good, found);
    }

    private static Finding CheckPort(string name, IPAddress address, int port, bool isUp)
    {
        if (port == 0) return new Finding(name, Verdict.Good, "a free one will be taken");
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return new Finding(name, Verdict.Good, $"{address}:{port} is free");
        }
        catch (SocketException exception)
        {
            return isUp
                ? new Finding(name, Verdict.Good, $"{address}:{port} is used by the running Weighhouse")
                : new Finding(name, Verdict.Bad, $"{address}:{port}: {exception.Message}",
                $"stop what uses it (ss -ltnp 'sport = :{port}'), or choose another");
        }
    }

    private static async Task<bool> IsWeighhouseAsync(ServerSettings settings, CancellationToken cancellation)
    {
        if (settings.Port == 0) return false;
        var host = settings.Listen.Equals(IPAddress.Any) ? IPAddress.Loopback : settings.Listen;
        using var client = new WeighClient(new UriBuilder("http", host.ToString(), settings.Port).Uri);
        return await client.IsReadyAsync(cancellation);
    }

    private static async Task<Finding> CheckDatabaseAsync(ServerSettings settings, CancellationToken cancellation)
    {
        if (settings.DatabaseUrl is null || settings.DatabaseUrl.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
            return new Finding("database", Verdict.Good, "SQLite in the data directory");
        if (!Uri.TryCreate(settings.DatabaseUrl, UriKind.Absolute, out var url))
            return new Finding("database", Verdict.Bad, "the URL cannot be read", "write postgres://USER:PASSWORD@HOST:5432/NAME");
        var port = url.Port > 0 ? url.Port : 5432;
        try
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(url.Host, port, cancellation);
            return new Finding("database", Verdict.Good, $"PostgreSQL at {url.Host}:{port} can be reached");
        }
        catch (SocketException exception)
        {
            return new Finding(
                "database", Verdict.Bad, $"{url.Host}:{port}: {exception.Message}", "start PostgreSQL, or mend WEIGH_DATABASE");
        }
    }
}
