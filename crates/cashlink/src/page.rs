//! Lists: pages that follow the API's own `next`, never leaving its origin.

use std::{collections::HashSet, fmt, future::Future, time::Duration};

use cashlink_api::{BoxFuture, Client as RawClient, Operation};
use futures_util::{Stream, StreamExt, TryStreamExt, future::Either, stream};
use reqwest::Url;
use serde::de::DeserializeOwned;

use crate::{
    Cashlink, Error, Result,
    call::{AttemptResult, Plan, RawResult},
    model,
    request::Request,
};

mod rows;

pub(crate) use rows::Rows;

/// How many pages without an item may follow one another.
const MOST_EMPTY_PAGES: usize = 100;

/// One page of a list.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items, oldest first.
    pub items: Vec<T>,
    /// How many items the whole list has, if the API says so.
    pub count: Option<u64>,
}

/// A page as it was received.
pub(crate) trait RawPage: DeserializeOwned + Send + 'static {
    type Item: DeserializeOwned + Send + 'static;

    /// The items, the count of the whole list, and the address of the next page.
    fn into_parts(self) -> RawParts<Self::Item>;
}

type PageAttempt<P> = dyn Fn(RawClient, Filter) -> BoxFuture<'static, AttemptResult<P>> + Send + Sync;

/// What a list is narrowed to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Filter {
    pub(crate) page_size: Option<i64>,
    pub(crate) product_id: Option<cashlink_types::ProductId>,
}

/// A list, read page by page as its items are asked for.
///
/// The pages follow the addresses that the API gives. One on another origin, or one that was followed before, is an
/// error: the access token never leaves the configured origin, and no list goes round in circles.
///
/// An item that cannot be understood is an error in its place, never left out, and the items after it can be had all the
/// same; see [`by_item`](Self::by_item).
///
/// ```no_run
/// use std::pin::pin;
/// use futures_util::TryStreamExt;
///
/// # async fn run(cashlink: cashlink::Cashlink) -> Result<(), cashlink::Error> {
/// let mut investors = pin!(cashlink.platform().investors().list().by_item());
/// while let Some(investor) = investors.try_next().await? {
///     println!("{}", investor.id);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a list is read by `by_item`, `by_page` or `all`"]
pub struct Listing<T> {
    client: Cashlink,
    plan: Plan,
    filter: Filter,
    read: BoxedRead<T>,
}

/// Reads one page: the first one, or the one at an address.
type BoxedRead<T> = Box<dyn Fn(Cashlink, Plan, Filter) -> BoxFuture<'static, Result<Rows<T>>> + Send + Sync>;

pub(crate) type RawParts<T> = (Vec<T>, Option<i64>, Option<String>);

impl<T: Send + 'static> Listing<T> {
    pub(crate) fn new<P, F>(client: &Cashlink, operation: &'static Operation, attempt: F) -> Self
    where
        P: RawPage<Item = T>,
        F: Fn(RawClient, Filter) -> BoxFuture<'static, AttemptResult<P>> + Send + Sync + 'static,
    {
        let attempt: std::sync::Arc<PageAttempt<P>> = std::sync::Arc::new(attempt);
        let read: BoxedRead<T> = Box::new(move |client, plan, filter| {
            let attempt = std::sync::Arc::clone(&attempt);
            Box::pin(async move { client.perform_page(&plan, &move |api, _| attempt(api, filter)).await })
        });
        Self { client: client.clone(), plan: Plan::new(operation), filter: Filter::default(), read }
    }

    /// A list that `request` asks for, whose pages are those of the generated method named by `_like`.
    pub(crate) fn of<P: RawPage<Item = T>, F: Future<Output = RawResult<P>>>(
        client: &Cashlink,
        request: Request,
        _like: impl FnOnce(RawClient) -> F,
    ) -> Self {
        Self::new(client, request.operation, move |api, filter| request.narrowed(filter).attempt::<P>(api, None))
    }

    #[cfg(feature = "webhook")]
    pub(crate) fn client(&self) -> &Cashlink {
        &self.client
    }

    pub(crate) fn planned(mut self, plan: Plan) -> Self {
        self.plan = plan;
        self
    }

    /// The operation, by its id in the API's OpenAPI document.
    pub fn operation_id(&self) -> &'static str {
        self.plan.operation.id
    }

    /// Asks for pages of this many items. The API documents no such parameter, so it may be ignored.
    pub fn page_size(mut self, items: u32) -> Self {
        self.filter.page_size = Some(items.into());
        self
    }

    pub(crate) fn product(mut self, product_id: cashlink_types::ProductId) -> Self {
        self.filter.product_id = Some(product_id);
        self
    }

    /// Bounds the reading of each page, repetitions and waits included.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.plan.timeout = Some(timeout);
        self
    }

    /// The pages, each read when it is asked for.
    ///
    /// A page that has an item that cannot be understood is an error, whose [`decode`](Error::decode) names the item;
    /// the next page comes after it. After any other error the stream ends.
    pub fn by_page(self) -> impl Stream<Item = Result<Page<T>>> + Send {
        self.rows().map(|rows| rows.and_then(Rows::into_page))
    }

    /// The pages with all their items, those that cannot be understood among them.
    pub(crate) fn rows(self) -> impl Stream<Item = Result<Rows<T>>> + Send {
        let start = Cursor { listing: self, next: Next::First, seen: HashSet::new(), empty: 0 };
        stream::unfold(Some(start), |cursor| async move {
            let mut cursor = cursor?;
            match cursor.advance().await {
                Ok(Some(rows)) => Some((Ok(rows), Some(cursor))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    /// The items, oldest first; further pages are read as they are needed.
    ///
    /// An item that cannot be understood is an error whose [`decode`](Error::decode) names the place and has the item as
    /// it came; the other items come before and after it. After any other error the stream ends. So a program that
    /// stops at the first error misses nothing unknowingly, and one that goes on gets all the rest:
    ///
    /// ```no_run
    /// use std::pin::pin;
    /// use futures_util::StreamExt;
    ///
    /// # async fn run(cashlink: cashlink::Cashlink) {
    /// let mut investments = pin!(cashlink.platform().investments().list().by_item());
    /// while let Some(investment) = investments.next().await {
    ///     match investment {
    ///         Ok(investment) => println!("{}", investment.id),
    ///         Err(error) => eprintln!("look at this one by hand: {error}"),
    ///     }
    /// }
    /// # }
    /// ```
    pub fn by_item(self) -> impl Stream<Item = Result<T>> + Send {
        self.rows().flat_map(|rows| match rows {
            Ok(rows) => Either::Left(stream::iter(rows.items)),
            Err(error) => Either::Right(stream::iter([Err(error)])),
        })
    }

    /// Collects the whole list. Prefer [`by_item`](Self::by_item) where it may be long.
    ///
    /// # Errors
    ///
    /// Fails with the first item or page that cannot be read; what was read before is lost.
    pub async fn all(self) -> Result<Vec<T>> {
        self.by_item().try_collect().await
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Listing").field("operation_id", &self.plan.operation.id).finish_non_exhaustive()
    }
}

enum Next {
    First,
    /// The next page, or why it is not read; the page that named it has been given by then.
    At(Result<Url>),
    End,
}

struct Cursor<T> {
    listing: Listing<T>,
    next: Next,
    seen: HashSet<Url>,
    empty: usize,
}

impl<T: Send + 'static> Cursor<T> {
    async fn advance(&mut self) -> Result<Option<Rows<T>>> {
        let mut plan = self.listing.plan.clone();
        match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::First => {}
            Next::At(url) => plan.url = Some(url?),
        }
        let mut rows = (self.listing.read)(self.listing.client.clone(), plan, self.listing.filter).await?;
        self.empty = if rows.items.is_empty() { self.empty + 1 } else { 0 };
        if let Some(next) = rows.next.take() {
            self.next = Next::At(self.checked(&next));
        }
        Ok(Some(rows))
    }

    /// The address of the next page, if it may be followed.
    fn checked(&mut self, next: &str) -> Result<Url> {
        let base = &self.listing.client.exchanger().base;
        let refused = |rule| Error::pagination(self.listing.operation_id(), rule);
        let mut url = base.join(next).map_err(|_| refused("`next` is not an address"))?;
        // It is not sent, so it makes no other page.
        url.set_fragment(None);
        if url.origin() != base.origin() || !url.username().is_empty() || url.password().is_some() {
            return Err(refused("`next` leads to another origin"));
        }
        if self.empty > MOST_EMPTY_PAGES {
            return Err(refused("too many pages without an item"));
        }
        if !self.seen.insert(url.clone()) {
            return Err(refused("`next` leads back to a page that was read"));
        }
        Ok(url)
    }
}

/// The envelope is the same around every noun.
macro_rules! raw_pages {
    ($($page:ident of $item:ident),* $(,)?) => {$(
        impl RawPage for model::$page {
            type Item = model::$item;

            fn into_parts(self) -> RawParts<Self::Item> {
                (self.results, self.count, self.next)
            }
        }
    )*};
}

raw_pages! {
    BenefitingPersonPage of BenefitingPerson,
    CampaignPage of Campaign,
    DistributionPlatformPage of DistributionPlatform,
    IdentificationPage of Identification,
    InvestmentPage of Investment,
    InvestorPage of Investor,
    InvitationPage of Invitation,
    IssuerPage of Issuer,
    ListingPage of Listing,
    ProductPage of Product,
    RedemptionPage of Redemption,
    RegistryStatementPage of RegistryStatement,
    SignedDocumentPage of SignedDocument,
    TransferPage of Transfer,
    WalletPage of Wallet,
}
