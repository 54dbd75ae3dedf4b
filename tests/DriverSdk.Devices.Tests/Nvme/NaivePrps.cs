namespace DriverSdk.Devices.Tests.Nvme;

/// <summary>The slow twin of the controller's PRP walk: one address for each byte, one entry at a time, no joining and no arithmetic on whole lists.</summary>
internal static class NaivePrps
{
    public static ulong[] AddressesOf(TestBoard board, ulong prp1, ulong prp2, int lengthBytes, ulong pageBytes)
    {
        var addresses = new ulong[lengthBytes];
        var bytesInFirst = pageBytes - (prp1 % pageBytes);
        var pagesLeft = Math.Max(0, (long)Math.Ceiling((lengthBytes - (double)bytesInFirst) / pageBytes));
        var isList = pagesLeft > 1;
        var cursor = prp2;
        var page = prp1 - (prp1 % pageBytes);
        var within = prp1 % pageBytes;
        for (var i = 0; i < lengthBytes; i++)
        {
            if (within == pageBytes)
            {
                page = isList ? NextEntry(board, ref cursor, pagesLeft, pageBytes) : prp2;
                pagesLeft--;
                within = 0;
            }

            addresses[i] = page + within++;
        }

        return addresses;
    }

    private static ulong NextEntry(TestBoard board, ref ulong cursor, long pagesLeft, ulong pageBytes)
    {
        var isLastSlot = (cursor + 8) % pageBytes == 0;
        if (isLastSlot && pagesLeft > 1)
            cursor = board.ReadMemory<ulong>(cursor);
        var entry = board.ReadMemory<ulong>(cursor);
        cursor += 8;
        return entry;
    }
}
