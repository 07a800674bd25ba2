using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Weighhouse.Blobs.Packs;

namespace Weighhouse.Blobs.Backends;

/// <summary>One extent on its way to the bucket in parts, while it still grows. One thread calls.</summary>
internal sealed class ExtentUpload(BucketStore store, SafeFileHandle spool, string key, long startBytes) : IDisposable
{
    private readonly List<Task> _parts = [];
    private readonly CancellationTokenSource _failed = new();
    private IBucketUpload? _upload;
    private long _sentBytes = startBytes;

    public string Key => key;

    /// <summary>Sends the whole parts up to here; waits for a place when as many as may be are under way.</summary>
    public void Send(long endBytes)
    {
        while (endBytes - _sentBytes >= IBucket.PartBytes) SendPart(IBucket.PartBytes);
    }

    /// <summary>Sends the rest and returns when the object is there.</summary>
    public void Complete(long endBytes)
    {
        Send(endBytes);
        if (endBytes > _sentBytes) SendPart((int)(endBytes - _sentBytes));
        Task.WhenAll(_parts).GetAwaiter().GetResult();
        _upload!.CompleteAsync(CancellationToken.None).GetAwaiter().GetResult();
    }

    public void Abandon()
    {
        _failed.Cancel();
        try
        {
            Task.WhenAll(_parts).GetAwaiter().GetResult();
        }
        // What the parts failed of is what led here, or of no interest any more.
        catch (Exception failure) when (failure is BucketException or OperationCanceledException or IOException)
        {
        }

        _upload?.AbortAsync().GetAwaiter().GetResult();
    }

    public void Dispose() => _failed.Dispose();

    private void SendPart(int lengthBytes)
    {
        _upload ??= store.Bucket.BeginAsync(key, CancellationToken.None).GetAwaiter().GetResult();
        store.PartSlots.Wait();
        // A part that failed is told now, not after sending the rest in vain.
        if (_parts.Find(part => part.IsFaulted) is { } faulted)
        {
            store.PartSlots.Release();
            faulted.GetAwaiter().GetResult();
        }

        var (number, offset) = (_parts.Count + 1, _sentBytes);
        _sentBytes += lengthBytes;
        _parts.Add(Task.Run(() => SendPartAsync(_upload, number, offset, lengthBytes)));
    }

    private async Task SendPartAsync(IBucketUpload upload, int number, long offset, int lengthBytes)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(lengthBytes);
        try
        {
            var part = buffer.AsMemory(0, lengthBytes);
            if (PackScan.ReadFully(spool, part.Span, offset) < lengthBytes) throw new IOException("The spool was cut while it was sent.");
            await upload.PutPartAsync(number, part, _failed.Token);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            store.PartSlots.Release();
        }
    }
}
