//! Stands in for `by_spool.rs` where no spool is built in.

use std::sync::Arc;

use opentelemetry_sdk::error::OTelSdkResult;

use super::Courier;
use crate::export::parcel::Parcel;
use crate::export::spool::Lane;

impl Courier {
    #[expect(clippy::unused_async, reason = "the other one waits")]
    pub(super) async fn by_spool(
        &self,
        lane: &Lane,
        _parcel: Parcel,
        _items: u64,
    ) -> OTelSdkResult {
        match lane.0 {}
    }

    #[expect(clippy::unused_async, reason = "the other one waits")]
    pub(in crate::export) async fn send_spooled(self: Arc<Self>) {}
}
