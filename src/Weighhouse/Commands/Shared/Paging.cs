namespace Weighhouse.Commands.Shared;

internal static class Paging
{
    private const int PageSizeMax = 1_000;

    /// <summary>Reads pages until there are <paramref name="limit"/> items or no more.</summary>
    public static async Task<IReadOnlyList<T>> TakeAsync<T>(
        int limit, Func<int, string?, Task<(IReadOnlyList<T> Items, string? Next)>> page, int pageSizeMax = PageSizeMax)
    {
        var taken = new List<T>();
        string? token = null;
        do
        {
            var (items, next) = await page(Math.Clamp(limit - taken.Count, 1, pageSizeMax), token);
            taken.AddRange(items);
            token = next;
        }
        while (token is not null && taken.Count < limit);
        return taken;
    }
}
