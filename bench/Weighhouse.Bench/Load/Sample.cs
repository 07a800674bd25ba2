using System.Diagnostics;

namespace Weighhouse.Bench.Load;

/// <summary>Latencies of one scenario.</summary>
internal sealed class Sample(double[] sortedMs, double wallSeconds)
{
    public int Count => sortedMs.Length;

    public double PerSecond => sortedMs.Length / wallSeconds;

    public double P50 => At(0.50);

    public double P95 => At(0.95);

    public double P99 => At(0.99);

    /// <summary>Repeats <paramref name="prepare"/>'s call on each of some connections for a time; it gets connection and turn.</summary>
    public static Sample Drive(Uri server, int connections, TimeSpan time, Func<int, Func<HttpLine, int, Answer>> prepare) =>
        Drive(() => new HttpLine(server), connections, time, number =>
        {
            var once = prepare(number);
            return (line, turn) =>
            {
                var answer = once(line, turn);
                if (answer.Status != 200) throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
            };
        });

    /// <summary>The same over connections of another protocol; a call that fails throws.</summary>
    public static Sample Drive<TLine>(
        Func<TLine> connect, int connections, TimeSpan time, Func<int, Action<TLine, int>> prepare)
        where TLine : IDisposable
    {
        var all = new List<double>();
        Exception? failure = null;
        using var ready = new Barrier(connections + 1);
        var threads = Enumerable.Range(0, connections).Select(prepare).ToArray().Select(once => new Thread(() =>
        {
            using var line = connect();
            var latencies = new List<double>();
            ready.SignalAndWait();
            try
            {
                Repeat(line, once, time, latencies);
            }
            catch (Exception exception) when (exception is InvalidOperationException or System.Net.Sockets.SocketException)
            {
                failure = exception;
            }

            lock (all) all.AddRange(latencies);
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        ready.SignalAndWait();
        var started = Stopwatch.GetTimestamp();
        foreach (var thread in threads) thread.Join();
        if (failure is not null) throw new InvalidOperationException("The load failed.", failure);
        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        all.Sort();
        return new Sample([.. all], wall);
    }

    /// <summary>Times each of <paramref name="count"/> calls, one after another.</summary>
    public static Sample Repeat(int count, Action<int> once)
    {
        var latencies = new double[count];
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            once(i);
            latencies[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        }

        var wall = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(latencies);
        return new Sample(latencies, wall);
    }

    private static void Repeat<TLine>(TLine line, Action<TLine, int> once, TimeSpan time, List<double> latencies)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        for (var turn = 0; Stopwatch.GetTimestamp() < end; turn++)
        {
            var begun = Stopwatch.GetTimestamp();
            once(line, turn);
            latencies.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }
    }

    /// <param name="quantile">1 for the slowest.</param>
    public double At(double quantile) =>
        sortedMs.Length == 0 ? double.NaN : sortedMs[Math.Min(sortedMs.Length - 1, (int)(quantile * sortedMs.Length))];
}
