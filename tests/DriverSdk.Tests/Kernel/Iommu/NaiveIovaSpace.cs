namespace DriverSdk.Tests.Kernel.Iommu;

/// <summary>IOVA allocation as one would write it on paper: a flag per page, looked through from the top for each request.</summary>
internal sealed class NaiveIovaSpace(int pageCount)
{
    private readonly bool[] _used = new bool[pageCount];

    public void Reserve(int first, int last)
    {
        for (var page = first; page <= last; page++)
            _used[page] = true;
    }

    public int? Take(int pages, int limit)
    {
        var alignment = 1;
        while (alignment < pages)
            alignment *= 2;
        for (var first = Math.Min(limit, _used.Length - 1); first >= 1; first--)
        {
            if (first % alignment != 0 || first + pages - 1 > limit || first + pages > _used.Length)
                continue;
            if (_used.AsSpan(first, pages).Contains(true))
                continue;
            _used.AsSpan(first, pages).Fill(true);
            return first;
        }

        return null;
    }

    public void GiveBack(int first, int pages) => _used.AsSpan(first, pages).Clear();
}
