using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Weighhouse.Bench.Load;

namespace Weighhouse.Bench.Doors;

/// <summary>The doors of other tools: how quickly a DVC remote says what it has, and how quickly Git LFS moves a large file.</summary>
internal sealed class DoorsBench(Report report, ServerProcess server, bool quick)
{
    private const string Repository = "doors";
    private const int Connections = 8;
    private const int SmallBytes = 8_000;
    private const int BlockBytes = 4 << 20;

    private static readonly TimeSpan DriveTime = TimeSpan.FromSeconds(4);

    public void Run()
    {
        using (var line = new HttpLine(server.Url))
        {
            var made = line.Send(HttpLine.Request(
                server.Url, "POST", "/api/v1/repositories", Encoding.UTF8.GetBytes($"{{\"name\":\"{Repository}\"}}")));
            if (made.Status != 201) throw new InvalidOperationException($"{made.Status}: {made.Text}");
        }

        Existence();
        LargeFile();
        report.AtMost("resident memory after everything", server.ResidentMiB, "MiB", 400);
    }

    private void Existence()
    {
        var count = quick ? 1_000 : 5_000;
        var addresses = new string[count];
        var started = Stopwatch.GetTimestamp();
        Parallel.For(0, Connections, worker =>
        {
            using var line = new HttpLine(server.Url);
            for (var i = worker; i < count; i += Connections) addresses[i] = Push(line, Small(i));
        });
        report.Note($"DVC: uploads of {SmallBytes} bytes, {Connections} at once", count / Seconds(started), "files/s");

        var kept = Sample.Drive(server.Url, Connections, DriveTime, worker => (line, turn) =>
            new Answer(line.Status(HttpLine.Request(server.Url, "HEAD", addresses[(turn * Connections + worker) % count])), default));
        report.AtLeast("DVC: existence by HEAD on kept connections", kept.PerSecond, "/s", 2_000);
        report.AtLeast("DVC: existence by GET and a new connection each", BreakOff(turn => addresses[turn % count]), "/s", 2_000);

        var large = Small(0);
        Array.Resize(ref large, quick ? 16_000_000 : 64_000_000);
        RandomNumberGenerator.Fill(large);
        using var one = new HttpLine(server.Url);
        var address = Push(one, large);
        report.Note($"DVC: the same of a file of {large.Length / 1_000_000} MB", BreakOff(_ => address), "/s");
    }

    /// <summary>As DVC asks: a GET that is broken off once the headers are there.</summary>
    private double BreakOff(Func<int, string> addressOf)
    {
        var asked = 0;
        var started = Stopwatch.GetTimestamp();
        Parallel.For(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = Connections }, worker =>
        {
            for (var turn = worker; Stopwatch.GetElapsedTime(started) < DriveTime; turn += Connections)
            {
                using var line = new HttpLine(server.Url);
                var status = line.Status(HttpLine.Request(server.Url, "GET", addressOf(turn)));
                if (status != 200) throw new InvalidOperationException($"{status} for {addressOf(turn)}");
                Interlocked.Increment(ref asked);
            }
        });
        return asked / Seconds(started);
    }

    private void LargeFile()
    {
        var blocks = quick ? 32 : 256;
        var bytes = (double)BlockBytes * blocks;
        using var line = new HttpLine(server.Url);
        var started = Stopwatch.GetTimestamp();
        var status = line.Upload(
            "/api/2.0/mlflow-artifacts/artifacts/0/doors/large", RandomNumberGenerator.GetBytes(BlockBytes), blocks);
        if (status != 200) throw new InvalidOperationException($"The upload of an artifact was answered {status}.");
        var plain = bytes / Seconds(started) / 1e6;
        report.Note($"upload of {bytes / 1e6:F0} MB as an artifact, without a digest", plain, "MB/s");
        var block = RandomNumberGenerator.GetBytes(BlockBytes);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < blocks; i++)
        {
            HttpLine.Stamp(block, i);
            hash.AppendData(block);
        }

        report.Note("SHA-256 alone, one core", bytes / Seconds(started) / 1e6, "MB/s");
        var oid = Convert.ToHexStringLower(hash.GetHashAndReset());
        var path = $"/repos/{Repository}.git/info/lfs/objects/{oid}";
        started = Stopwatch.GetTimestamp();
        status = line.Upload(string.Create(CultureInfo.InvariantCulture, $"{path}?size={bytes:F0}"), block, blocks);
        if (status != 200) throw new InvalidOperationException($"The upload was answered {status}.");
        var up = bytes / Seconds(started) / 1e6;
        report.Note($"Git LFS: upload of {bytes / 1e6:F0} MB", up, "MB/s");
        report.AtLeast("Git LFS: upload, times that of an artifact", up / plain, "×", 0.7);
        started = Stopwatch.GetTimestamp();
        line.Download(path);
        report.Note("Git LFS: download of the same", bytes / Seconds(started) / 1e6, "MB/s");
    }

    private string Push(HttpLine line, byte[] content)
    {
#pragma warning disable CA5351 // DVC's name of content; nothing relies on its strength.
        var name = Convert.ToHexStringLower(MD5.HashData(content));
#pragma warning restore CA5351
        var address = $"/repos/{Repository}/dvc/files/md5/{name[..2]}/{name[2..]}";
        var answer = line.Send(HttpLine.Request(server.Url, "PUT", address, content, "application/octet-stream"));
        return answer.Status == 201 ? address : throw new InvalidOperationException($"{answer.Status}: {answer.Text}");
    }

    private static byte[] Small(int number)
    {
        var content = new byte[SmallBytes];
        RandomNumberGenerator.Fill(content);
        BitConverter.TryWriteBytes(content, number);
        return content;
    }

    private static double Seconds(long started) => Stopwatch.GetElapsedTime(started).TotalSeconds;
}
