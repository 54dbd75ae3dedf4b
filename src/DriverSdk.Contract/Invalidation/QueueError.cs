namespace DriverSdk.Contract.Invalidation;

/// <summary>IQERCD.IQEI: what was wrong with a descriptor or the queue. Source: facts/vtd.md 5.</summary>
internal enum QueueError
{
    /// <summary>Nothing recorded.</summary>
    None = 0,

    /// <summary>The tail lies outside the queue.</summary>
    BadTail = 1,

    /// <summary>A descriptor could not be read.</summary>
    FetchFailed = 2,

    /// <summary>The descriptor's type is unknown or not supported.</summary>
    BadType = 3,

    /// <summary>A reserved bit or encoding was used.</summary>
    ReservedField = 4,

    /// <summary>The descriptor width does not fit the mode.</summary>
    BadWidth = 5,

    /// <summary>The tail is not aligned to a descriptor.</summary>
    TailMisaligned = 6,

    /// <summary>The queue does not fit RTADDR's table mode.</summary>
    BadTableMode = 7,
}
