using System.Globalization;
using Weighhouse.Versioning;

namespace Weighhouse.Commands.Versions;

/// <summary>Draws the progress of long work on stderr, with rate and estimate, when a person is there to see it.</summary>
internal sealed class WorkProgressBar : IDisposable
{
    /// <summary>Shorter work is done before anybody has read a line.</summary>
    private static readonly TimeSpan FirstAfter = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    private const int Width = 78;

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly ITimer? _timer;
    private readonly Lock _drawing = new();
    private string _phase = "";
    private long _started;
    private bool _drawn;

    public WorkProgressBar(bool quiet)
    {
        if (!quiet && !Console.IsErrorRedirected) _timer = _time.CreateTimer(_ => Draw(), null, FirstAfter, Every);
    }

    public WorkProgress Progress { get; } = new();

    public void Dispose()
    {
        _timer?.Dispose();
        lock (_drawing)
            if (_drawn) Console.Error.Write("\r" + new string(' ', Width) + "\r");
        _drawn = false;
    }

    private void Draw()
    {
        lock (_drawing)
        {
            if (Progress.Phase.Length == 0) return;
            if (_phase != Progress.Phase) (_phase, _started) = (Progress.Phase, _time.GetTimestamp());
            var seconds = _time.GetElapsedTime(_started).TotalSeconds;
            var line = Line(_phase, Progress.FilesDone, Progress.FilesTotal, Progress.BytesDone, Progress.BytesTotal, seconds,
                Progress.Unit);
            Console.Error.Write("\r" + line.PadRight(Width));
            _drawn = true;
        }
    }

    public static string Line(string phase, long files, long filesTotal, long bytes, long bytesTotal, double seconds,
        string unit = "files")
    {
        var rate = seconds > 0 ? bytes / seconds : 0;
        if (filesTotal == 0 && bytesTotal == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{phase} {files:N0} files, {Bytes(bytes)}, {Bytes((long)rate)}/s");
        var share = bytesTotal > 0 ? (double)bytes / bytesTotal : filesTotal > 0 ? (double)files / filesTotal : 0;
        var left = share > 0.01 && share < 1 ? $", {Duration(seconds * (1 - share) / share)} left" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{phase} {files:N0} of {filesTotal:N0} {unit}, {Bytes(bytes)} of {Bytes(bytesTotal)} ({share:P0}), "
                + $"{Bytes((long)rate)}/s{left}");
    }

    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        < 1_000_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.00} GB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e12:0.00} TB"),
    };

    private static string Duration(double seconds) =>
        seconds < 60 ? $"{Math.Ceiling(seconds):0} s" : seconds < 3_600 ? $"{seconds / 60:0} min" : $"{seconds / 3_600:0.0} h";
}
