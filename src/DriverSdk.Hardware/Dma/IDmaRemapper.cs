using DriverSdk.Contract.Addressing;
using DriverSdk.Hardware.Interrupts;

namespace DriverSdk.Hardware.Dma;

/// <summary>The remapping unit as the root complex sees it: it turns a requester's address into a physical one, or refuses and records why.</summary>
/// <remarks>Requests to the interrupt range are never translated; the bus takes them as messages, which the same unit judges. Any thread may call; requesters share no lock on a hit.</remarks>
internal interface IDmaRemapper : IInterruptRemapper
{
    /// <summary>Makes the unit wait for this requester's transfers when it drains.</summary>
    void Watch(RequesterSlot slot);

    /// <summary>Stops waiting for this requester, which must be idle.</summary>
    void Unwatch(RequesterSlot slot);

    /// <summary>Translates the page that holds <paramref name="address"/>. The caller is inside its slot and stays there until the last byte is moved.</summary>
    /// <param name="source">The requester id on the bus.</param>
    /// <param name="address">Any byte address; only its page is translated.</param>
    /// <param name="access">What the request wants: <see cref="IommuAccess.Read"/> or <see cref="IommuAccess.Write"/>, not both.</param>
    /// <param name="page">Where the byte lies, and how many bytes from it on the translation covers.</param>
    /// <returns>False when the access is refused; the unit has then recorded the fault already.</returns>
    bool TryTranslate(Bdf source, Iova address, IommuAccess access, out TranslatedPage page);

    /// <summary>Translates the page of a request that is not plain: with a PASID, with a translated address, or a read of no byte. The other rules are those of the plain one.</summary>
    /// <param name="source">The requester id on the bus.</param>
    /// <param name="address">Any byte address; only its page is translated. Physical when the attributes say that it is translated.</param>
    /// <param name="access">As for a plain request; none is a zero-length read.</param>
    /// <param name="attributes">What else the request says; its address type is not a translation request.</param>
    /// <param name="page">Where the byte lies, and how many bytes from it on the translation covers.</param>
    /// <returns>False when the access is refused; the unit has then recorded the fault already, unless translation is off.</returns>
    bool TryTranslate(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out TranslatedPage page);

    /// <summary>Answers a translation request.</summary>
    /// <param name="source">The requester id on the bus.</param>
    /// <param name="address">Any byte address of the page.</param>
    /// <param name="access">What the device wants to do there; <see cref="IommuAccess.Read"/> also says that it will not write.</param>
    /// <param name="attributes">What else the request says; its address type is a translation request.</param>
    /// <param name="translation">The page and what is granted; nothing at all where the tables allow nothing, which is an answer and no fault.</param>
    /// <returns>False when the request itself is refused; the unit has then recorded the fault already, unless translation is off.</returns>
    bool TryAnswer(Bdf source, Iova address, IommuAccess access, in DmaAttributes attributes, out DmaTranslation translation);
}
